#include "app/live_settings.hpp"

#include <catch2/catch.hpp>

#include "support/temp_folder.hpp"

namespace {

using serai::Errc;
using serai::app::LiveSettings;
using serai::app::Settings;

struct Running {
  Running() {
    folder.write("host.json", R"({"log": {"level": "info"}, "features": {"ambush": true}})");
    folder.write("development.json", "{}");
    sources.config_file = folder.path("host.json");
    sources.profile = "development";
    settings = std::make_unique<LiveSettings>(sources, *Settings::load(sources));
  }

  serai::testing::TempFolder folder;
  serai::app::SettingSources sources;
  std::unique_ptr<LiveSettings> settings;
};

}  // namespace

TEST_CASE("a live key changes while the host serves and its observer is notified", "[config]") {
  Running running;
  std::string seen;
  running.settings->observe([&](const Settings& next) {
    seen = next.text("log.level");
    return serai::success();
  });

  CHECK(running.settings->set("log.level", "debug"));

  CHECK(seen == "debug");
  CHECK(running.settings->shown("log.level") == "debug");
}

TEST_CASE("a secret that was read from a file is not shown", "[config]") {
  Running running;
  running.folder.write("key", "s3cr3t");

  REQUIRE(running.settings->set("features.key", "file:" + running.folder.path("key")));

  CHECK(running.settings->shown("features.key") == "(secret)");
}

TEST_CASE("a key that is not live, unknown or wrong is refused and nothing changes", "[config]") {
  Running running;
  const auto code = [&](const char* key, const char* value) {
    return running.settings->set(key, value).error().code;
  };

  CHECK(code("shards.count", "3") == Errc::failed_precondition);
  CHECK(code("shards.count", "x") == Errc::invalid_argument);
  CHECK(code("log.levl", "debug") == Errc::invalid_argument);
  CHECK(running.settings->shown("shards.count") == "0");
}

TEST_CASE("a change its observer refuses does not happen", "[config]") {
  Running running;
  running.settings->observe([](const Settings&) {
    return serai::Error{Errc::invalid_argument, "no"};
  });

  CHECK_FALSE(running.settings->set("log.level", "loud"));

  CHECK(running.settings->shown("log.level") == "info");
}

TEST_CASE("reload takes live keys from the files and leaves the others", "[config]") {
  Running running;
  running.folder.write("host.json", R"({"log": {"level": "warn"}, "node": {"name": "other"}})");

  const auto report = running.settings->reload();

  REQUIRE(report);
  CHECK(report->changed == std::vector<std::string>{"log.level", "features.ambush"});
  CHECK(report->needs_restart == std::vector<std::string>{"node.name"});
  CHECK(report->overridden.empty());
  CHECK(running.settings->shown("log.level") == "warn");
  CHECK(running.settings->shown("node.name") == "serai");
  CHECK_FALSE(running.settings->has("features.ambush"));
}

TEST_CASE("a reload keeps what was set by hand, and says so", "[config]") {
  Running running;
  REQUIRE(running.settings->set("log.level", "debug"));
  running.folder.write("host.json", R"({"log": {"level": "warn"}, "features": {"ambush": false}})");

  const auto report = running.settings->reload();

  REQUIRE(report);
  CHECK(report->overridden == std::vector<std::string>{"log.level"});
  CHECK(report->changed == std::vector<std::string>{"features.ambush"});
  CHECK(running.settings->shown("log.level") == "debug");
}

TEST_CASE("a broken file refuses the reload and changes nothing", "[config]") {
  Running running;
  running.folder.write("host.json", R"({"log": {"level": "warn"}, "nonsense": 1})");

  CHECK_FALSE(running.settings->reload());

  CHECK(running.settings->shown("log.level") == "info");
}
