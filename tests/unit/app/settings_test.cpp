#include "app/settings.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/temp_folder.hpp"

namespace {

using Catch::Matchers::Contains;
using serai::app::Settings;
using serai::testing::TempFolder;

struct Files {
  explicit Files(std::string_view host = "{}", std::string_view profile = "{}") {
    folder.write("host.json", host);
    folder.write("development.json", profile);
    sources = {folder.path("host.json"), "development", {}, {}};
  }
  serai::Result<Settings> load() const { return Settings::load(sources); }
  std::string failure() const {
    auto loaded = load();
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == serai::Errc::invalid_argument);
    return loaded.error().detail;
  }

  TempFolder folder;
  serai::app::SettingSources sources;
};

}  // namespace

TEST_CASE("later sources win: file, profile, environment, command line", "[config]") {
  Files files(R"({"node": {"name": "file"}})");
  CHECK(files.load()->text("node.name") == "file");

  files.folder.write("development.json", R"({"node": {"name": "profile"}})");
  CHECK(files.load()->text("node.name") == "profile");

  files.sources.environment = {"PATH=/bin", "SERAI_NODE__NAME=environment"};
  CHECK(files.load()->text("node.name") == "environment");

  files.sources.overrides = {{"node.name", "first", "--set node.name"},
                             {"node.name", "last", "--set node.name"}};
  CHECK(files.load()->text("node.name") == "last");
}

TEST_CASE("every value says where it came from", "[config]") {
  Files files("{\n  // why\n  \"node\": {\n    \"name\": \"n\"\n  }\n}");
  files.sources.environment = {"SERAI_LOG__LEVEL=debug"};
  files.sources.overrides = {{"socket.listen", "127.0.0.1:0", "--listen"}};

  const auto shown = nlohmann::json::parse(files.load()->to_json(true));

  CHECK(shown["node.name"]["origin"] == files.folder.path("host.json") + ":4");
  CHECK(shown["log.level"]["origin"] == "environment SERAI_LOG__LEVEL");
  CHECK(shown["log.level"]["live"] == true);
  CHECK(shown["socket.listen"]["origin"] == "--listen");
  CHECK(shown["data.dir"]["origin"] == "built-in default");
}

TEST_CASE("an unknown key is refused with its place and the nearest known key", "[config]") {
  Files in_file("{\n \"socket\": {\n  \"sever_key\": \"x\"\n }\n}");
  CHECK_THAT(in_file.failure(), Contains("host.json:3: unknown key \"socket.sever_key\""));
  CHECK_THAT(in_file.failure(), Contains("did you mean \"socket.server_key\"?"));

  Files in_profile("{}", R"({"runtime": {"server_key": "x"}})");
  CHECK_THAT(in_profile.failure(), Contains("development.json:1"));
  CHECK_THAT(in_profile.failure(), Contains("\"socket.server_key\""));

  Files in_environment;
  in_environment.sources.environment = {"SERAI_SOKET__LISTEN=x"};
  CHECK_THAT(in_environment.failure(), Contains("did you mean \"SERAI_SOCKET__LISTEN\"?"));

  Files in_option;
  in_option.sources.overrides = {{"log.levle", "info", "--set log.levle"}};
  CHECK_THAT(in_option.failure(), Contains("--set log.levle: unknown key"));
  CHECK_THAT(in_option.failure(), Contains("\"log.level\""));
}

TEST_CASE("limits of a probation that are no keys any more lead to those that are", "[config]") {
  const auto [gone, instead] = GENERATE(table<std::string, std::string>({
      {"failures_min", "failure_percent"},
      {"refusals_min", "refusal_percent"},
      {"overruns_min", "overrun_percent"},
      {"late_ticks_min", "late_tick_percent"},
      {"latency_calls_min", "latency_percent"},
      {"latency_floor_us", "latency_percent"},
  }));
  Files files("{\"swap\": {\"probation_" + gone + "\": 7}}");
  CHECK_THAT(files.failure(),
             Contains("unknown key \"swap.probation_" + gone +
                      "\"; did you mean \"swap.probation_" + instead + "\"?"));
}

TEST_CASE("a key that resembles none gets no suggestion", "[config]") {
  Files files(R"({"zzz": {"qqqqqqqqqqqqqqqqqqqqqqqqqqqqq": 1}})");

  CHECK(files.failure().find("did you mean") == std::string::npos);
}

TEST_CASE("a value of the wrong type is refused with its place", "[config]") {
  CHECK_THAT(Files("{\n\"shards\": {\"count\": \"two\"}}").failure(),
             Contains("host.json:2: shards.count must be a whole number"));
  CHECK_THAT(Files(R"({"session": {"single_match": 1}})").failure(), Contains("true or false"));
  CHECK_THAT(Files(R"({"node": {"name": 1}})").failure(), Contains("must be text"));
  CHECK_THAT(Files(R"({"shards": {"count": 1.5}})").failure(), Contains("not a whole number"));
  CHECK_THAT(Files(R"({"shards": {"count": null}})").failure(), Contains("null"));
  CHECK_THAT(Files(R"({"shards": {"count": [1]}})").failure(), Contains("lists"));
  CHECK_THAT(Files(R"({"shards": {"count": -1}})").failure(), Contains("from 0 to 256"));
  CHECK_THAT(Files(R"({"shards": 3})").failure(), Contains("unknown key \"shards\""));
}

TEST_CASE("a bad value in the environment or an option is refused with its name", "[config]") {
  Files files;
  files.sources.environment = {"SERAI_SHARDS__COUNT=many"};
  CHECK_THAT(files.failure(), Contains("environment SERAI_SHARDS__COUNT: shards.count must be"));

  files.sources.environment = {"SERAI_SESSION__SINGLE_MATCH=yes"};
  CHECK_THAT(files.failure(), Contains("true or false, not \"yes\""));

  files.sources.environment = {};
  files.sources.overrides = {{"shards.count", "257", "--shards"}};
  CHECK_THAT(files.failure(), Contains("--shards: shards.count must be"));
}

TEST_CASE("broken JSON is refused with its line", "[config]") {
  CHECK_THAT(Files("{\n\n \"log\": }").failure(), Contains("host.json:3: not JSON"));
  CHECK_THAT(Files("").failure(), Contains("host.json:1: not JSON"));
  CHECK_THAT(Files("7").failure(), Contains("one object"));
  CHECK_THAT(Files("{} x").failure(), Contains("not JSON"));
  CHECK_THAT(Files("{\"log\": {\"level\": \"info\",\n\"level\": \"warn\"}}").failure(),
             Contains("host.json:2: log.level appears twice, first in line 1"));
}

TEST_CASE("a missing profile or file is named", "[config]") {
  Files files;
  files.sources.profile = "staging";
  CHECK_THAT(files.failure(), Contains("profile \"staging\" has no file"));

  files.sources.config_file = files.folder.path("nothing.json");
  REQUIRE_FALSE(files.load());
  CHECK(files.load().error().code == serai::Errc::not_found);
  CHECK_THAT(files.load().error().detail, Contains("nothing.json"));
}

TEST_CASE("file: takes a secret from a file and never shows it", "[config]") {
  Files files;
  files.folder.write("key", "s3cr3t-of-the-house\n");
  files.sources.environment = {"SERAI_SOCKET__SERVER_KEY=file:" + files.folder.path("key"),
                               "SERAI_NODE__NAME=file:" + files.folder.path("key")};

  const auto settings = files.load();

  REQUIRE(settings);
  CHECK(settings->text("socket.server_key") == "s3cr3t-of-the-house");
  CHECK(settings->to_json(true).find("s3cr3t") == std::string::npos);
  const auto shown = nlohmann::json::parse(settings->to_json(true));
  CHECK(shown["socket.server_key"]["value"] == "(secret)");
  CHECK_THAT(shown["socket.server_key"]["origin"].get<std::string>(), Contains("file:"));
  CHECK(shown["node.name"]["value"] == "(secret)");
}

TEST_CASE("a secret file that is missing or empty is refused by its path", "[config]") {
  Files files;
  files.sources.overrides = {{"admin.token", "file:/nowhere/at/all", "--set admin.token"}};
  CHECK_THAT(files.failure(), Contains("--set admin.token: the secret /nowhere/at/all"));

  files.folder.write("empty", "\n");
  files.sources.overrides = {
      {"admin.token", "file:" + files.folder.path("empty"), "--set admin.token"}};
  CHECK_THAT(files.failure(), Contains("is empty"));
}

TEST_CASE("a secret file without end is refused by its size", "[config]") {
  Files files;
  files.sources.overrides = {{"admin.token", "file:/dev/zero", "--set admin.token"}};
  CHECK_THAT(files.failure(), Contains("/dev/zero: over 1 MiB"));
}

TEST_CASE("features take any name and any scalar", "[config]") {
  Files files(R"({"features": {"campaign": true, "ambush": {"odds": 7}}})");

  CHECK(files.load()->text("features.campaign") == "true");
  CHECK(files.load()->text("features.ambush.odds") == "7");
}

TEST_CASE("environment variables without a section are not configuration", "[config]") {
  Files files;
  files.sources.environment = {"SERAI_SEED=7", "SERAI__=x", "OTHER_A__B=1", "SERAI_NO_VALUE"};

  CHECK_FALSE(files.load());  // SERAI__ names an empty section: a mistake to report
  files.sources.environment.erase(files.sources.environment.begin() + 1);
  CHECK(files.load());
}
