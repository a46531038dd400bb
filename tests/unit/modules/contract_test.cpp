#include <catch2/catch.hpp>
#include <sstream>

#include "release/contract_check.hpp"
#include "release/swap_plan.hpp"
#include "unit/modules/fixtures.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;

namespace {

// The contract check's verdict on a swap from one fixture to another.
std::string check(const std::string& from,
                  const std::string& to,
                  std::vector<std::string> allow = {},
                  bool irreversible = false) {
  loading::VerifiedModule live = verified(from);
  release::LiveSet set;
  release::LiveModule& module = set.modules["counter"];
  module.contract = live.contract;
  module.descriptor_set = live.descriptor_set;
  release::SwapPlan plan;
  plan.release.allow_breaking = std::move(allow);
  plan.release.irreversible = irreversible;
  plan.changed.push_back(verified(to));
  const Result<> checked = check_plan(plan, set);
  return checked ? "" : checked.error().detail;
}

}  // namespace

TEST_CASE("an added field and a schema that reads the old one break nothing",
          "[modules][contract]") {
  CHECK(check("counter_v1", "counter_v2") == "");
}

TEST_CASE("an RPC that vanished is named, and may be allowed by name only", "[modules][contract]") {
  CHECK_THAT(check("counter_v1", "rpc_gone"), Contains("rpc:rpc_add: the handler is gone"));
  CHECK_THAT(check("counter_v1", "rpc_gone", {"rpc:rpc_other"}), Contains("rpc:rpc_add"));
  CHECK(check("counter_v1", "rpc_gone", {"rpc:rpc_add"}) == "");
}

TEST_CASE("what a refusal prints can be pasted into allow_breaking, line by line",
          "[modules][contract]") {
  std::istringstream told(check("with_settings", "fewer_settings"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(told, line);) lines.push_back(line);
  REQUIRE(lines.size() == 3);  // advice, then a line for each change
  lines.erase(lines.begin());

  CHECK(check("with_settings", "fewer_settings", lines) == "");
  CHECK_THAT(check("with_settings", "fewer_settings", {lines[0]}), Contains(lines[1]));
}

TEST_CASE("a request field of another type is named", "[modules][contract]") {
  CHECK_THAT(check("counter_v1", "field_changed"),
             Contains("field:fix.Add.by: its type was int64, it is string"));
}

TEST_CASE("a key of the configuration that vanished or changed its type is named",
          "[modules][contract]") {
  const std::string told = check("with_settings", "fewer_settings");
  CHECK_THAT(told, Contains("config:cap: it is json instead of integer"));
  CHECK_THAT(told, Contains("config:open: the key is gone, so a value set there has no effect"));
  CHECK(check("with_settings", "fewer_settings", {"config:cap", "config:open"}) == "");
  CHECK(check("counter_v1", "with_settings") == "");
}

TEST_CASE("a version that cannot read the live states is refused, allowed or not",
          "[modules][contract]") {
  CHECK_THAT(check("counter_v1", "reads_only_new", {"kind:counter.schema"}, true),
             Contains("kind:counter.schema"));
}

TEST_CASE("a version that cannot write the old schema needs to be irreversible",
          "[modules][contract]") {
  CHECK_THAT(check("counter_v1", "no_way_back"), Contains("kind:counter.rollback"));
  CHECK_THAT(check("counter_v1", "no_way_back", {"kind:counter.rollback"}),
             Contains("kind:counter.rollback"));
  CHECK(check("counter_v1", "no_way_back", {}, true) == "");
}

TEST_CASE("the hand-over takes the newest schema both versions know", "[modules][contract]") {
  abi::KindContract from;
  abi::KindContract to;
  from.schema = 3;
  from.writes = {1, 2, 3};
  to.reads_min = 1;
  to.reads_max = 2;
  CHECK(from.best_for(to) == 2U);
  to.reads_min = 4;
  to.reads_max = 5;
  CHECK_FALSE(from.best_for(to).has_value());
}
