// The house style as a test: sizes, allowed includes, and calls that belong to certain files.
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sources.hpp"

using serai::testing::complain;
using serai::testing::Source;
using serai::testing::sources;

namespace {

constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kColumnsMaxUnformatted = 140;  // tables that are wide on purpose
constexpr std::size_t kFileLinesMax = 500;
constexpr std::size_t kFunctionLinesMax = 60;

// Characters, not bytes.
std::size_t columns(const std::string& line) {
  std::size_t count = 0;
  for (const char c : line) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1U : 0U;
  return count;
}

bool mentions(const Source& source, std::string_view word) {
  for (const std::string& line : source.lines) {
    if (line.find(word) != std::string::npos) return true;
  }
  return false;
}

// The code of a line, without its comment and its quoted texts.
std::string code_of(const std::string& line) {
  static const std::regex kQuoted(R"re("(\\.|[^"\\])*")re");
  static const std::regex kComment(R"re(//.*|^\s*(/\*|\*).*)re");
  return std::regex_replace(std::regex_replace(line, kQuoted, "\"\""), kComment, "");
}

}  // namespace

TEST_CASE("lines fit the page", "[tidy]") {
  for (const Source& source : sources()) {
    const bool by_hand = mentions(source, "clang-format off") || source.path.ends_with(".c") ||
                         source.path.ends_with("abi.h");
    const std::size_t limit = by_hand ? kColumnsMaxUnformatted : kColumnsMax;
    bool raw = false;  // SQL, JSON and patterns in raw strings have lines of their own
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const std::string& line = source.lines[i];
      raw = raw || line.find("R\"") != std::string::npos;
      if (!raw && columns(line) > limit) complain(source, i, "longer than the page");
      if (raw && std::regex_search(line, std::regex(R"re(\)[a-z]*")re"))) raw = false;
      if (!line.empty() && (line.back() == ' ' || line.back() == '\t')) {
        complain(source, i, "ends in a blank");
      }
      if (line.find('\t') != std::string::npos) complain(source, i, "has a tab; use spaces");
    }
  }
}

TEST_CASE("files stay small enough to read in one go", "[tidy]") {
  for (const Source& source : sources()) {
    if (source.lines.size() > kFileLinesMax) {
      complain(source, source.lines.size() - 1, "over 500 lines: which two ideas are in it?");
    }
  }
}

TEST_CASE("functions stay under sixty lines", "[tidy]") {
  // By our format a function body at namespace level ends with the first brace in column one.
  static const std::regex kNoFunction(
      R"re(^(namespace|class|struct|enum|union|extern|TEST_CASE|SCENARIO|\}|#|//| ).*)re");
  for (const Source& source : sources()) {
    std::size_t begin = 0;
    bool inside = false;
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const std::string& line = source.lines[i];
      if (!inside && line.ends_with("{") && line.find('(') != std::string::npos &&
          !std::regex_match(line, kNoFunction)) {
        inside = true;
        begin = i;
      } else if (inside && line.starts_with("}")) {
        inside = false;
        if (i - begin + 1 > kFunctionLinesMax) complain(source, begin, "over 60 lines");
      }
    }
  }
}

TEST_CASE("the host knows the SDK by the border alone, and modules know nothing of the host",
          "[tidy]") {
  static const std::regex kSdk(R"re(^\s*#include ["<]serai/(.*)[">].*)re");
  static const std::regex kHost(
      R"re(^\s*#include "(base|model|ports|abi|runtime|loading|release|rehearsal|swap|session|protocol|net|storage|ops|app)/.*)re");
  for (const Source& source : sources()) {
    const bool host = source.path.starts_with("host/");
    const bool guest =
        source.path.starts_with("sdk/include/") || source.path.starts_with("modules/");
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      std::smatch match;
      if (host && std::regex_match(source.lines[i], match, kSdk) && match[1] != "abi.h" &&
          !match[1].str().starts_with("ext/")) {
        complain(source, i, "the host includes serai/abi.h and serai/ext/ only");
      }
      if (guest && std::regex_match(source.lines[i], kHost)) {
        complain(source, i, "a module includes serai/ only");
      }
    }
  }
}

namespace {

struct Banned {
  const char* pattern;
  std::vector<std::string> homes;  // prefixes of the paths where it is allowed
  const char* instead;
};

const std::vector<Banned>& banned() {
  static const std::vector<Banned> kBanned = {
      {R"re(\bgetenv\b)re", {"tests/"}, "take it from app/settings"},
      {R"re(\bsleep_for\b|\busleep\b)re",
       {"host/runtime/watchdog.cpp",
        "host/app/host.cpp",
        "host/base/thread_stack.cpp",
        "host/loading/thread_inside.cpp",
        "tests/bench/",
        "tests/bad_modules/"},
       "wait for the event itself"},
      {R"re(std::this_thread::yield\b)re",
       {"tests/support/wait_for.hpp",
        "tests/unit/base/thread_stack_test.cpp"},  // a thread that runs until it is destroyed
       "wait with tests/support/wait_for.hpp, which ends"},
      {R"re(std::(thread|jthread)\b)re",
       {"host/app/",
        "host/ops/",
        "host/storage/",
        "host/swap/",
        "host/session/hash_pool",
        "host/runtime/watchdog",
        "tests/"},
       "post to a shard"},
      {R"re(std::async\b)re", {}, "post to a shard"},
      {R"re(std::(cout|cerr|clog)\b)re", {"tests/"}, "log an event"},
      {R"re(\bsystem_clock\b|\bgettimeofday\b)re",
       {"host/base/clock.cpp", "tests/bench/"},
       "ask the Clock"},
      {R"re(#include <httplib\.h>)re", {"host/ops/"}, "use host/ops"},
      {R"re(#include <boost/beast)re",
       {"host/net/", "host/ops/ops_connection", "tests/unit/net/", "tests/bench/"},
       "use host/net"},
      {R"re(#include <sqlite3\.h>)re",
       {"host/storage/", "tests/unit/storage/", "tests/contract/"},
       "use the Store port"},
      {R"re(\bdlopen\()re", {"host/loading/", "sdk/testing/", "tests/"}, "use loading/library"},
      {R"re(#include <spdlog)re", {"host/ops/"}, "take a Log"},
      {R"re(#include <prometheus)re", {"host/ops/"}, "take a Metrics"},
      {R"re(\brand\(\)|\bsrand\()re", {}, "ask the host for a number, or seed a generator"},
  };
  return kBanned;
}

bool at_home(const std::string& path, const std::vector<std::string>& homes) {
  for (const std::string& home : homes) {
    if (path.starts_with(home)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("words stay in the folder that owns them", "[tidy]") {
  for (const Banned& word : banned()) {
    const std::regex pattern(word.pattern);
    for (const Source& source : sources()) {
      if (at_home(source.path, word.homes) || source.path.ends_with("tidy_test.cpp")) continue;
      for (std::size_t i = 0; i < source.lines.size(); ++i) {
        const bool found =
            std::regex_search(code_of(source.lines[i]), pattern) ||
            (source.lines[i].starts_with("#") && std::regex_search(source.lines[i], pattern));
        if (found) complain(source, i, std::string(word.pattern) + ": " + word.instead);
      }
    }
  }
}

TEST_CASE("open work lives in an issue, not in the source", "[tidy]") {
  static const std::regex kOpen(R"re(\b(TODO|FIXME|XXX|HACK)\b)re");
  for (const Source& source : sources()) {
    if (source.path.ends_with("tidy_test.cpp")) continue;
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      if (std::regex_search(source.lines[i], kOpen)) complain(source, i, "write an issue");
    }
  }
}

TEST_CASE("every header is included once and says what it is", "[tidy]") {
  for (const Source& source : sources()) {
    const bool header = source.path.ends_with(".hpp") && source.path.starts_with("host/");
    if (!header) continue;
    if (!mentions(source, "#pragma once")) complain(source, 0, "lacks #pragma once");
    if (source.lines.empty() || !source.lines[0].starts_with("// ")) {
      complain(source, 0, "opens without saying what it is");
    }
  }
}
