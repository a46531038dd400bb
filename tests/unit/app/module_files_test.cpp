#include "app/module_files.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/temp_folder.hpp"

namespace {

using Catch::Matchers::Contains;
using serai::app::DeclaredSettings;
using serai::app::ModuleFiles;
using serai::app::ModuleFileSet;
using Names = std::vector<std::string>;

const DeclaredSettings kDeclared{
    {"battle",
     {{"turn_ms", "integer"},
      {"blind", "boolean"},
      {"arena", "json"},
      {"lobby.wait_ms", "integer"},
      {"features.ambush", "boolean"}}},
    {"campaign", {}},
};

// A folder of module files.
struct Folder {
  Folder() { std::filesystem::create_directory(temp.path("modules")); }
  void write(const std::string& module, std::string_view text) const {
    temp.write("modules/" + module + ".json", text);
  }
  ModuleFiles files() const { return ModuleFiles(temp.path("modules")); }
  ModuleFileSet read() const { return *files().read(); }
  std::string failure() const {
    const auto read = files().read();
    REQUIRE_FALSE(read);
    CHECK(read.error().code == serai::Errc::invalid_argument);
    return read.error().detail;
  }

  serai::testing::TempFolder temp;
};

// The findings in a file of the battle module, without its path.
Names findings(std::string_view text) {
  const Folder folder;
  folder.write("battle", text);
  Names out;
  for (const std::string& finding : serai::app::wrong_settings(folder.read(), kDeclared)) {
    const std::string path = folder.temp.path("modules/battle.json");
    REQUIRE(finding.starts_with(path));
    out.push_back(finding.substr(path.size()));
  }
  return out;
}

Names changed(std::string_view before, std::string_view after) {
  const Folder folder;
  folder.write("battle", before);
  const ModuleFileSet first = folder.read();
  folder.write("battle", after);
  return serai::app::changed_settings(first, folder.read());
}

}  // namespace

TEST_CASE("a module reads its own file and the features, as JSON", "[config]") {
  const Folder folder;
  folder.temp.write("host.json", R"({"features": {"ambush": true}})");
  folder.temp.write("development.json", "{}");
  folder.write("battle", R"({"turn": {"limit_s": 20}, "at.once": [1.5, {"a": null}]} // a turn)");
  ModuleFiles files(folder.temp.path("modules"));

  files.adopt(folder.read());
  files.take_features(
      *serai::app::Settings::load({folder.temp.path("host.json"), "development", {}, {}}));

  CHECK(files.get("battle", "turn.limit_s") == "20");
  CHECK(files.get("battle", "turn") == R"({"limit_s":20})");
  CHECK(files.get("battle", "at.once") == R"([1.5,{"a":null}])");
  CHECK(files.get("battle", "turn.limit_s.x") == std::nullopt);
  CHECK(files.get("trade", "turn.limit_s") == std::nullopt);
  CHECK(files.get("trade", "features.ambush") == "true");
  CHECK(files.get("trade", "features.none") == std::nullopt);
}

TEST_CASE("without a folder there are no module files", "[config]") {
  const auto none = ModuleFiles("/nowhere/at/all").read();
  REQUIRE(none);
  CHECK(none->empty());
}

TEST_CASE("a module file that is no JSON object is refused with its line", "[config]") {
  const Folder folder;
  folder.write("battle", "{\n  // of a turn\n  \"turn_ms\": }");
  CHECK_THAT(folder.failure(), Contains("battle.json:3: not JSON"));
  folder.write("battle", "{\"a\": 1,\n \"a\": {}}");
  CHECK_THAT(folder.failure(), Contains("battle.json:2: a appears twice, first in line 1"));
  folder.write("battle", "[1]");
  CHECK_THAT(folder.failure(), Contains("battle.json:1: the file must hold one object"));
  folder.write("battle", "{\"a\": " + std::string(100, '[') + std::string(100, ']') + "}");
  CHECK_THAT(folder.failure(), Contains("battle.json:1: a: lists are nested too deeply"));
}

TEST_CASE("a setting that its module does not declare is found, with the nearest", "[config]") {
  CHECK(findings("{\n\"turn_sm\": 5,\n\"lobby\": {\n\"wait\": 1}}") ==
        Names{":2: unknown key \"turn_sm\"; did you mean \"turn_ms\"?",
              ":4: unknown key \"lobby.wait\"; did you mean \"lobby.wait_ms\"?"});
  CHECK(findings(R"({"nothing_like_any": {}})") == Names{":1: unknown key \"nothing_like_any\""});
}

TEST_CASE("features do not stand in a module's file", "[config]") {
  CHECK(findings(R"({"features": {"ambush": true}})") ==
        Names{":1: unknown key \"features.ambush\""});
}

TEST_CASE("a setting of another type than declared is found", "[config]") {
  const std::string must = ":1: turn_ms must be a whole number, not ";
  CHECK(findings(R"({"turn_ms": "20s"})") == Names{must + "\"20s\""});
  CHECK(findings(R"({"turn_ms": 1.5})") == Names{must + "\"1.5\""});
  CHECK(findings(R"({"turn_ms": null})") == Names{must + "\"null\""});
  CHECK(findings(R"({"turn_ms": {"a": 1}})") == Names{must + "\"{...}\""});
  CHECK(findings(R"({"blind": 1})") == Names{":1: blind must be true or false, not \"1\""});
}

TEST_CASE("what is declared is right, and JSON may be anything", "[config]") {
  CHECK(findings(R"({"turn_ms": -5, "blind": true, "lobby": {"wait_ms": 1}})").empty());
  for (const char* value : {R"("x")", "1", "null", "[[]]", "{}", R"({"a": {"b": 1.5}})"}) {
    CHECK(findings(R"({"arena": )" + std::string(value) + "}").empty());
  }
}

TEST_CASE("a file whose module is not there is named and not judged", "[config]") {
  const Folder folder;
  folder.write("batle", R"({"turn_ms": 1})");
  folder.write("campaign", R"({"x": 1})");

  const ModuleFileSet files = folder.read();

  CHECK(serai::app::files_without_module(files, kDeclared) ==
        Names{folder.temp.path("modules/batle.json")});
  CHECK(serai::app::check_module_files(files, kDeclared).error().detail ==
        folder.temp.path("modules/campaign.json") + ":1: unknown key \"x\"");
}

TEST_CASE("every finding is reported, one a line", "[config]") {
  const Folder folder;
  folder.write("battle", R"({"blind": 1, "x": 1})");

  const auto refused = serai::app::check_module_files(folder.read(), kDeclared);

  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().detail, Contains("blind must be") && Contains("\n"));
}

TEST_CASE("a changed setting is named with its file", "[config]") {
  CHECK(changed(R"({"turn_ms": 1, "blind": true})", R"({"turn_ms": 2, "blind": true})") ==
        Names{"modules/battle.turn_ms"});
  CHECK(changed(R"({"arena": {"a": 1, "b": 1}})", R"({"arena": {"a": 1}, "x": {}})") ==
        Names{"modules/battle.arena.b", "modules/battle.x"});
  CHECK(changed("{}", "// the same\n{}").empty());
}

TEST_CASE("what is adopted holds, and says what it changed", "[config]") {
  const Folder folder;
  folder.write("battle", R"({"turn_ms": 1})");
  ModuleFiles files(folder.temp.path("modules"));
  CHECK(files.adopt(folder.read()) == Names{"modules/battle.turn_ms"});

  folder.write("battle", "{");
  CHECK_FALSE(files.read());
  CHECK(files.get("battle", "turn_ms") == "1");

  CHECK(files.adopt({}) == Names{"modules/battle.turn_ms"});
  CHECK(files.get("battle", "turn_ms") == std::nullopt);
}
