#include "app/host_config.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "support/temp_folder.hpp"

namespace {

using Catch::Matchers::Contains;
using serai::app::HostConfig;
using serai::app::Settings;

Settings shipped(const std::string& profile,
                 std::vector<serai::app::SettingOverride> overrides = {}) {
  auto settings =
      Settings::load({SERAI_CONFIG_DIR "/host.json", profile, {}, std::move(overrides)});
  INFO((settings ? std::string() : settings.error().detail));
  REQUIRE(settings);
  return *settings;
}

std::vector<serai::app::SettingOverride> own_keys() {
  return {{"socket.server_key", std::string(32, 'a'), "test"},
          {"runtime.http_key", std::string(32, 'b'), "test"},
          {"session.encryption_key", std::string(32, 'c'), "test"},
          {"session.refresh_encryption_key", std::string(32, 'd'), "test"}};
}

std::string refusal(const std::string& profile,
                    std::vector<serai::app::SettingOverride> overrides) {
  const auto config = HostConfig::make(shipped(profile, std::move(overrides)), profile);
  REQUIRE_FALSE(config);
  return config.error().detail;
}

}  // namespace

TEST_CASE("the shipped host.json holds every key, at its default", "[config]") {
  std::ifstream in(SERAI_CONFIG_DIR "/host.json");
  const std::string json(std::istreambuf_iterator<char>(in), {});
  const auto lines = serai::app::parse_config(json, "host.json");
  REQUIRE(lines);

  std::set<std::string_view> named;
  for (const auto& line : *lines) {
    named.insert(line.name);
    INFO(line.name);
    const auto* key = serai::app::find_config_key(line.name);
    REQUIRE(key != nullptr);
    CHECK(line.text == key->initial);
  }
  for (const auto& key : serai::app::config_keys()) {
    INFO(key.name);
    CHECK(named.contains(key.name));
  }
}

TEST_CASE("host.json marks exactly the live keys as live", "[config]") {
  std::ifstream in(SERAI_CONFIG_DIR "/host.json");
  std::string comment;
  std::set<std::string> marked;
  for (std::string line; std::getline(in, line);) {
    const auto quote = line.find('"');
    if (line.find("//") != std::string::npos) {
      comment += line;
    } else if (quote != std::string::npos) {
      if (comment.find("[live]") != std::string::npos &&
          comment.find("marked") == std::string::npos) {
        marked.insert(line.substr(quote + 1, line.find('"', quote + 1) - quote - 1));
      }
      comment.clear();
    }
  }
  std::set<std::string> live{"features"};
  for (const auto& key : serai::app::config_keys()) {
    if (key.use != serai::app::ConfigUse::live) continue;
    live.emplace(key.name.substr(key.name.rfind('.') + 1));
  }
  CHECK(marked == live);
}

TEST_CASE("the development profile has the keys client samples expect", "[config]") {
  const auto config = HostConfig::make(shipped("development"), "development");

  REQUIRE(config);
  CHECK(config->session.server_key == "defaultkey");
  CHECK(config->session.http_key == "defaulthttpkey");
  CHECK(config->listener.address == "127.0.0.1");
  CHECK(config->listener.port == 7350);
  CHECK(config->ops.port == 7351);
  CHECK(config->shard_count >= 1);
  CHECK_FALSE(config->development_keys_exposed);
}

TEST_CASE("development keys on an address others can reach are noticed", "[config]") {
  const auto settings = shipped("development", {{"socket.listen", "0.0.0.0:7350", "--listen"}});

  CHECK(HostConfig::make(settings, "development")->development_keys_exposed);
}

TEST_CASE("production refuses to start without keys of its own", "[config]") {
  CHECK_THAT(refusal("production", {}), Contains("socket.server_key is empty"));
  CHECK(HostConfig::make(shipped("production", own_keys()), "production"));
}

TEST_CASE("outside development each well-known key is refused by name", "[config]") {
  const std::vector<std::pair<std::string, std::string>> known = {
      {"socket.server_key", "defaultkey"},
      {"runtime.http_key", "defaulthttpkey"},
      {"session.encryption_key", "defaultencryptionkey"},
      {"session.refresh_encryption_key", "defaultrefreshencryptionkey"}};
  for (const auto& [key, text] : known) {
    auto overrides = own_keys();
    overrides.push_back({key, text, "--set " + key});

    CHECK_THAT(refusal("production", overrides),
               Contains("--set " + key + ": " + key + " is the well-known"));
  }
}

TEST_CASE("one key for both kinds of token is refused", "[config]") {
  auto overrides = own_keys();
  overrides.push_back({"session.refresh_encryption_key", std::string(32, 'c'), "test"});

  CHECK_THAT(refusal("production", overrides), Contains("must differ"));
}

TEST_CASE("outside development every secret has 32 bytes and differs from the others", "[config]") {
  for (const auto& key : own_keys()) {
    auto overrides = own_keys();
    overrides.push_back({key.name, std::string(31, 'x'), "--set " + key.name});
    CHECK_THAT(refusal("production", overrides),
               Contains("--set " + key.name + ": " + key.name + " has 31 bytes") &&
                   Contains("at least 32"));

    overrides.push_back(
        {key.name, std::string(32, key.name == "socket.server_key" ? 'b' : 'a'), "test"});
    CHECK_THAT(refusal("production", overrides), Contains("must differ from"));
  }
  auto overrides = own_keys();
  overrides.push_back({"admin.token", "short", "test"});
  CHECK_THAT(refusal("production", overrides), Contains("admin.token has 5 bytes"));
  overrides.push_back({"admin.token", std::string(32, 'c'), "test"});
  CHECK_THAT(refusal("production", overrides),
             Contains("admin.token must differ from session.encryption_key"));
}

TEST_CASE("values that parts could not work with are refused with their key", "[config]") {
  const auto refused = [](const char* key, const char* text) {
    return refusal("development", {{key, text, "test"}});
  };
  CHECK_THAT(refused("log.level", "loud"), Contains("log.level must be trace"));
  CHECK_THAT(refused("socket.listen", "7350"), Contains("socket.listen must be ADDR:PORT"));
  CHECK_THAT(refused("socket.listen", "::1:7350"), Contains("[brackets]"));
  CHECK_THAT(refused("admin.listen", "127.0.0.1:65536"), Contains("port from 0 to 65535"));
  CHECK_THAT(refused("admin.listen", "127.0.0.1:"), Contains("port from 0 to 65535"));
  CHECK_THAT(refused("storage.url", "mysql://x"), Contains("storage.url must begin"));
  CHECK_THAT(refused("socket.ssl_certificate", "a.pem"), Contains("go together"));
  CHECK_THAT(refused("socket.ping_period_ms", "25000"), Contains("below socket.pong_wait_ms"));
  CHECK_THAT(refused("session.single_match", "true"), Contains("needs session.single_socket"));
}

TEST_CASE("a rehearsal has the time and the memory that are set", "[config]") {
  const auto config = HostConfig::make(shipped("development",
                                               {{"swap.rehearse_timeout_ms", "90500", "test"},
                                                {"swap.rehearse_silence_ms", "700", "test"},
                                                {"swap.rehearse_memory_mb", "512", "test"}}),
                                       "development");

  REQUIRE(config);
  CHECK(config->swap.probe.total_max == std::chrono::milliseconds(90'500));
  CHECK(config->swap.probe.cpu_s_max == 91);
  CHECK(config->swap.probe.silence_max == std::chrono::milliseconds(700));
  CHECK(config->swap.probe.memory_bytes_max == 512U << 20);
}

TEST_CASE("the limits of a probation are percent in the files and parts of one inside",
          "[config]") {
  const auto config = HostConfig::make(shipped("development",
                                               {{"swap.probation_failure_percent", "7", "test"},
                                                {"swap.probation_latency_percent", "250", "test"}}),
                                       "development");

  REQUIRE(config);
  CHECK(config->swap.limits.failure_rate_over == Approx(0.07));
  CHECK(config->swap.limits.latency_times == Approx(2.5));
}

TEST_CASE("addresses may be IPv4, IPv6 in brackets, or left out", "[config]") {
  CHECK(serai::app::parse_address("127.0.0.1:0")->port == 0);
  CHECK(serai::app::parse_address("[::1]:7350")->address == "::1");
  CHECK(serai::app::parse_address(":7350")->address.empty());
}
