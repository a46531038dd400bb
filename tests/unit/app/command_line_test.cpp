#include "app/command_line.hpp"

#include <catch2/catch.hpp>

namespace {

using Catch::Matchers::Contains;
using serai::app::Command;

serai::Result<serai::app::CommandLine> parse(const std::vector<std::string>& words) {
  return serai::app::parse_command_line(words);
}

std::string refusal(const std::vector<std::string>& words) {
  const auto parsed = parse(words);
  REQUIRE_FALSE(parsed);
  CHECK_THAT(parsed.error().detail, Contains("host --help"));
  return parsed.error().detail;
}

}  // namespace

TEST_CASE("without a command the host runs", "[command_line]") {
  CHECK(parse({})->command == Command::run);
  CHECK(parse({"run"})->command == Command::run);
  CHECK(parse({"--modules", "releases/current"})->command == Command::run);
  CHECK(parse({})->profile == "development");
}

TEST_CASE("short options stand for keys and come in order of the table, --set last",
          "[command_line]") {
  const auto line = parse({"run",
                           "--set",
                           "log.level=debug",
                           "--modules",
                           "r",
                           "--data=d",
                           "--listen",
                           "127.0.0.1:0",
                           "--ops-listen",
                           "127.0.0.1:1",
                           "--shards",
                           "3",
                           "--set",
                           "node.name=a=b"});

  REQUIRE(line);
  const auto& overrides = line->overrides;
  REQUIRE(overrides.size() == 7);
  CHECK(overrides[0].name == "modules.dir");
  CHECK(overrides[0].origin == "--modules");
  CHECK(overrides[1].text == "d");
  CHECK(overrides[2].name == "socket.listen");
  CHECK(overrides[3].name == "admin.listen");
  CHECK(overrides[4].text == "3");
  CHECK(overrides[5].name == "log.level");
  CHECK(overrides[6].text == "a=b");
  CHECK(overrides[6].origin == "--set node.name");
}

TEST_CASE("commands keep their words and options", "[command_line]") {
  const auto swap = parse({"ctl", "swap", "v1.1.0", "--data", "d"});
  CHECK(swap->command == Command::ctl);
  CHECK(swap->arguments == std::vector<std::string>{"swap", "v1.1.0"});

  CHECK(parse({"ctl", "config", "--origin"})->with_origin);

  const auto check = parse({"check", "--write-manifest", "dir", "--release", "v1.0.0"});
  CHECK(check->command == Command::check);
  CHECK(check->write_manifest);
  CHECK(check->release == "v1.0.0");
  CHECK(check->arguments == std::vector<std::string>{"dir"});

  CHECK(parse({"migrate", "down", "3"})->arguments.size() == 2);
  CHECK(parse({"version"})->command == Command::version);
  CHECK(parse({"--version"})->command == Command::version);
  CHECK(parse({"probe", "--anything", "x"})->arguments.size() == 2);
}

TEST_CASE("help names every command, option and exit code", "[command_line]") {
  const auto help = parse({"--help"});

  CHECK(help->command == Command::help);
  for (const auto* word : {"run",
                           "ctl",
                           "check",
                           "migrate",
                           "probe",
                           "version",
                           "--modules",
                           "--config",
                           "--profile",
                           "--data",
                           "--listen",
                           "--ops-listen",
                           "--shards",
                           "--set",
                           "--origin",
                           "Exit codes"}) {
    CHECK_THAT(help->help, Contains(word));
  }
}

TEST_CASE("what cannot be understood is refused", "[command_line]") {
  CHECK_THAT(refusal({"serve"}), Contains("unknown command \"serve\""));
  CHECK_THAT(refusal({"--port", "1"}), Contains("--port"));
  CHECK_THAT(refusal({"--set", "novalue"}), Contains("KEY=VALUE"));
  CHECK_THAT(refusal({"--set", "=x"}), Contains("KEY=VALUE"));
  CHECK_THAT(refusal({"--modules"}), Contains("modules"));
  CHECK_THAT(refusal({"--data", "a", "--data", "b"}), Contains("data"));
  CHECK_THAT(refusal({"run", "extra"}), Contains("extra"));
  CHECK_THAT(refusal({"--mod", "x"}), Contains("--mod"));
}

TEST_CASE("--yes is read, and is not set without the word", "[command_line]") {
  const auto sure = parse({"ctl", "player", "erase", "id", "--yes"});

  REQUIRE(sure);
  CHECK(sure->yes);
  CHECK(sure->arguments == std::vector<std::string>{"player", "erase", "id"});
  CHECK_FALSE(parse({"ctl", "player", "erase", "id"})->yes);
}
