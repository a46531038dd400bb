#include "ops/json_log.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

// The lines that `act` logs, parsed. The log is closed first, so that every line is written.
template <class Act>
std::vector<json> lines_of(serai::LogLevel level, Act act) {
  serai::ManualClock clock(1'714'564'800'123);
  std::ostringstream out;
  {
    serai::ops::JsonLog sink({.level = level, .node = "n\"1", .out = &out}, clock);
    act(serai::Log(sink), sink);
  }
  std::vector<json> lines;
  std::istringstream in(out.str());
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

}  // namespace

TEST_CASE("a log line is one JSON object with time, level, event, node and its fields", "[log]") {
  const auto lines = lines_of(serai::LogLevel::info, [](serai::Log log, auto&) {
    log.info("rpc.answered",
             {{"player_id", "p1"},
              {"duration_ms", 1.5},
              {"session_id", std::string("s1")},
              {"count", std::uint32_t{7}},
              {"durable", true}});
  });

  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["time"] == "2024-05-01T12:00:00.123Z");
  CHECK(lines[0]["level"] == "info");
  CHECK(lines[0]["event"] == "rpc.answered");
  CHECK(lines[0]["node"] == "n\"1");
  CHECK(lines[0]["player_id"] == "p1");
  CHECK(lines[0]["duration_ms"] == 1.5);
  CHECK(lines[0]["session_id"] == "s1");
  CHECK(lines[0]["count"] == 7);
  CHECK(lines[0]["durable"] == true);
}

TEST_CASE("a line parses whatever bytes a field holds", "[log]") {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const std::string overlong("\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80\xe2\x82", 11);

  const auto lines = lines_of(serai::LogLevel::info, [&](serai::Log log, auto&) {
    log.info("odd.bytes", {{"all", every_byte}, {"overlong", overlong}, {"good", "h\u00e9\u20ac"}});
    log.info("odd.number", {{"value", std::numeric_limits<double>::infinity()}});
  });

  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["good"] == "h\u00e9\u20ac");
  CHECK(lines[1]["value"].is_null());
}

TEST_CASE("the level decides what is written and can change at run time", "[log]") {
  const auto lines = lines_of(serai::LogLevel::warn, [](serai::Log log, serai::ops::JsonLog& sink) {
    log.info("too.quiet");
    log.warn("loud.enough");
    sink.set_level(serai::LogLevel::debug);
    log.debug("now.loud");
  });

  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["event"] == "loud.enough");
  CHECK(lines[1]["event"] == "now.loud");
}

TEST_CASE("level names are read back as they are written", "[log]") {
  for (const auto* name : {"trace", "debug", "info", "warn", "error", "fatal"}) {
    REQUIRE(serai::ops::parse_log_level(name).has_value());
    CHECK(serai::ops::log_level_name(*serai::ops::parse_log_level(name)) == name);
  }
  CHECK_FALSE(serai::ops::parse_log_level("verbose").has_value());
}
