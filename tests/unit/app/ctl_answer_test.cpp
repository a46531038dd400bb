#include "app/ctl_answer.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace serai;
using nlohmann::ordered_json;

TEST_CASE("a report says how its swap went", "[ctl]") {
  const ordered_json report = {{"id", 3}, {"outcome", "rolled_back"}, {"note", ""}};
  CHECK(app::read_number(report, "id") == 3);
  CHECK((app::read_outcome(report) == swap::SwapOutcome::rolled_back));
  CHECK(app::judge_note(report).ok());
  const ordered_json noted = {{"note", "not written"}, {"outcome", "settled"}};
  CHECK(app::judge_note(noted).error().detail == "not written");
}

TEST_CASE("an answer of another version lacks members, and has others", "[ctl]") {
  const ordered_json report = {{"id", "three"}, {"outcome", "postponed"}, {"note", 7}};
  for (const ordered_json& one : {report, ordered_json(), ordered_json("no object")}) {
    CHECK(app::read_number(one, "id") == 0);
    CHECK(app::read_text(one, "id") == (one.is_object() ? "three" : ""));
    CHECK_FALSE(app::read_outcome(one).has_value());
    CHECK(app::judge_note(one).ok());
  }
}
