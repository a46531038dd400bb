// The host's structure as a test: allowed includes, file names, sizes of classes. It prints each
// folder's classes with the number of their members and functions.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <iostream>
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

constexpr std::size_t kMembersMax = 25;
constexpr std::size_t kFunctionsMax = 40;

using Names = std::set<std::string>;

// Each folder of the host, and what it may include: everything below it.
const std::map<std::string, Names>& allowed() {
  static const std::map<std::string, Names> kAllowed = [] {
    const Names base{"base"};
    const auto with = [](Names below, const Names& more) {
      below.insert(more.begin(), more.end());
      return below;
    };
    const Names model = with(base, {"model"});
    const Names abi = with(model, {"abi", "serai"});
    const Names ports = with(abi, {"ports"});
    const Names runtime = with(ports, {"runtime"});
    const Names loading = with(runtime, {"loading"});
    const Names release = with(loading, {"release"});
    const Names rehearsal = with(release, {"rehearsal"});
    const Names swap = with(rehearsal, {"swap"});
    return std::map<std::string, Names>{
        {"base", base},
        {"model", model},
        {"abi", abi},
        {"ports", with(ports, {"nakama"})},
        {"runtime", runtime},
        {"loading", loading},
        {"release", release},
        {"rehearsal", rehearsal},
        {"swap", swap},
        {"session", with(runtime, {"session", "nakama"})},
        {"protocol", with(ports, {"protocol", "nakama"})},
        {"net", with(runtime, {"net"})},
        {"storage", with(ports, {"storage"})},
        {"postgres", with(ports, {"storage", "postgres"})},
        {"ops", with(ports, {"ops"})},
        {"app", with(swap, {"session", "protocol", "net", "storage", "postgres", "ops", "app"})},
    };
  }();
  return kAllowed;
}

bool in_host(const Source& source) { return source.path.starts_with("host/"); }

// "host/runtime/entity/entity.hpp" is in "runtime"; main.cpp is in none.
std::string folder_of(const std::string& path) {
  const std::size_t begin = path.find('/') + 1;
  const std::size_t end = path.find('/', begin);
  return end == std::string::npos ? "" : path.substr(begin, end - begin);
}

// What a line includes by a quoted path, or nothing.
std::string included(const std::string& line) {
  static const std::regex kInclude(R"re(^\s*#include "([^"]+)".*)re");
  std::smatch match;
  return std::regex_match(line, match, kInclude) ? match[1].str() : "";
}

// The component of a header: its folder, and for the runtime the folder inside it.
std::string component_of(const std::string& header) {
  const std::size_t first = header.find('/');
  const std::size_t last = header.rfind('/');
  if (first == std::string::npos) return "";
  return header.substr(0, header.starts_with("runtime/") ? last : first);
}

}  // namespace

TEST_CASE("a folder includes only what is below it", "[structure]") {
  for (const Source& source : sources()) {
    if (!in_host(source)) continue;
    const auto rule = allowed().find(folder_of(source.path));
    if (rule == allowed().end()) {
      if (source.path != "host/main.cpp") complain(source, 0, "is in a folder that has no place");
      continue;
    }
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const std::string path = included(source.lines[i]);
      const std::string below = path.substr(0, path.find('/'));
      if (path.empty() || rule->second.contains(below)) continue;
      complain(source, i, rule->first + " may not know " + below + "; meet in host/ports");
    }
  }
}

namespace {

// Finds components whose headers include each other in a circle: they would depend on themselves.
class Circles {
 public:
  explicit Circles(const std::map<std::string, Names>& edges) : edges_(edges) {}

  std::string find() {
    for (const auto& [from, to] : edges_) {
      if (visit(from)) return circle_;
    }
    return {};
  }

 private:
  bool visit(const std::string& at) {
    if (done_.contains(at)) return false;
    if (!path_.insert(at).second) {
      circle_ = at;
      return true;
    }
    const auto next = edges_.find(at);
    if (next != edges_.end()) {
      for (const std::string& to : next->second) {
        if (!visit(to)) continue;
        circle_ = at + " -> " + circle_;
        return true;
      }
    }
    path_.erase(at);
    done_.insert(at);
    return false;
  }

  const std::map<std::string, Names>& edges_;
  Names path_;
  Names done_;
  std::string circle_;
};

}  // namespace

TEST_CASE("no headers include each other in a circle", "[structure]") {
  std::map<std::string, Names> edges;
  for (const Source& source : sources()) {
    if (!in_host(source) || !source.path.ends_with(".hpp")) continue;
    const std::string from = source.path.substr(std::string_view("host/").size());
    for (const std::string& line : source.lines) {
      if (const std::string to = included(line); !to.empty()) edges[from].insert(to);
    }
  }
  CHECK(Circles(edges).find() == "");
}

TEST_CASE("no components of the host include each other in a circle", "[structure]") {
  std::map<std::string, Names> edges;
  for (const Source& source : sources()) {
    if (!in_host(source) || !source.path.ends_with(".hpp")) continue;
    const std::string from = component_of(source.path.substr(std::string_view("host/").size()));
    for (const std::string& line : source.lines) {
      const std::string to = component_of(included(line));
      if (!to.empty() && to != from) edges[from].insert(to);
    }
  }
  CHECK(Circles(edges).find() == "");
}

// Header and source share a name, so that a concept is found by its file name.
TEST_CASE("a source file has the header of its name", "[structure]") {
  Names headers;
  for (const Source& source : sources()) {
    if (source.path.ends_with(".hpp")) headers.insert(source.path);
  }
  for (const Source& source : sources()) {
    if (!in_host(source) || !source.path.ends_with(".cpp")) continue;
    const std::string stem = source.path.substr(0, source.path.size() - 4);
    if (stem.ends_with("main") || headers.contains(stem + ".hpp")) {
      continue;
    }
    complain(source, 0, "has no header of its name");
  }
}

namespace {

// What a file of this path defines is in this namespace. base, model and ports hold the words that
// every folder uses, so they share one.
std::string namespace_for(const std::string& path) {
  static const Names kShared{"base", "model", "ports"};
  const std::string below = path.substr(std::string_view("host/").size());
  const std::string folder = below.substr(0, below.find('/'));
  return kShared.contains(folder) ? "serai" : "serai::" + folder;
}

// Whether the namespace that opens in this line only declares what others define.
bool only_declares(const Source& source, std::size_t line) {
  static const std::regex kDeclaration(R"re(|(class|struct|enum class) \w+( : [\w:]+)?;)re");
  for (++line; line < source.lines.size() && !source.lines[line].starts_with('}'); ++line) {
    if (!std::regex_match(source.lines[line], kDeclaration)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a folder of the host has a namespace of its own", "[structure]") {
  static const std::regex kOpens(R"re(namespace (serai[\w:]*) \{)re");
  for (const Source& source : sources()) {
    if (!in_host(source)) continue;
    const std::string own = namespace_for(source.path);
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      std::smatch found;
      if (!std::regex_match(source.lines[i], found, kOpens)) continue;
      const std::string opened = found[1];
      if (opened == own || opened.starts_with(own + "::") || only_declares(source, i)) continue;
      complain(source, i, "defines in " + opened + ", not in " + own);
    }
  }
}

// To the linker, two types of one name are one: it uses one destructor for both.
TEST_CASE("no two headers of the host define a type of the same name", "[tidy]") {
  static const std::regex kType(
      R"re(^(class|struct|union|enum class|enum) (\w+)[^;:(]*(: [^;]*)?\{.*)re");
  std::map<std::string, std::string> homes;
  for (const Source& source : sources()) {
    if (!source.path.starts_with("host/") || !source.path.ends_with(".hpp")) continue;
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      std::smatch found;
      if (!std::regex_match(source.lines[i], found, kType)) continue;
      const auto [home, fresh] = homes.emplace(found[2], source.path);
      if (!fresh) complain(source, i, found[2].str() + " is defined in " + home->second + " too");
    }
  }
}

namespace {

struct ClassSize {
  std::string name;
  std::size_t members = 0;
  std::size_t functions = 0;
};

// A declaration inside a class, up to its ";" or its body.
enum class Declares { nothing, member, function };

Declares judge(std::string text) {
  static const std::regex kLead(R"re(^(\s|(public|protected|private):)+)re");
  static const std::regex kTemplate(R"re(<[^<>()]*(\([^()]*\))?[^<>()]*>)re");
  text = std::regex_replace(text, kLead, "");
  if (text.empty() || std::regex_search(text, std::regex("^(using|friend|typedef|enum)\\b"))) {
    return Declares::nothing;
  }
  if (std::regex_search(text, std::regex(R"re(^(inline )?(static )?constexpr [^(]*=)re"))) {
    return Declares::nothing;
  }
  if (std::regex_match(text, std::regex(R"re(^(class|struct) [\w:]+( final)?$)re"))) {
    return Declares::nothing;
  }
  for (std::string before; before != text;) {
    before = text;
    text = std::regex_replace(text, kTemplate, "");
  }
  const std::size_t paren = text.find('(');
  const std::size_t value = std::min(text.find('='), text.find('{'));
  const bool is_operator = text.find("operator") != std::string::npos;
  return paren != std::string::npos && (paren < value || is_operator) ? Declares::function
                                                                      : Declares::member;
}

// Counts the declarations directly inside the class that begins on line `begin`.
ClassSize measure(const Source& source, std::size_t begin, const std::string& name) {
  ClassSize size{name};
  int depth = 0;
  std::string text;
  bool nested_type = false;
  for (std::size_t i = begin; i < source.lines.size(); ++i) {
    std::string line = source.lines[i].substr(0, source.lines[i].find("//"));
    line = std::regex_replace(line, std::regex(R"re("(\\.|[^"\\])*"|'(\\.|[^'\\])')re"), "0");
    for (const char c : line) {
      const bool ends = depth == 1 && (c == ';' || c == '{');
      if (ends && !text.empty()) {
        const bool type =
            std::regex_search(text, std::regex(R"re(^\s*(\w+:\s*)?(class|struct|union|enum)\b)re"));
        nested_type = c == '{' && type;
        switch (nested_type ? Declares::nothing : judge(text)) {
          case Declares::member:
            ++size.members;
            break;
          case Declares::function:
            ++size.functions;
            break;
          case Declares::nothing:
            break;
        }
        text.clear();
      }
      if (c == '{') ++depth;
      if (c == '}' && --depth == 0) return size;
      if (depth == 1 && c != ';' && c != '{' && c != '}') text += c;
    }
    if (depth == 1 && !text.empty()) text += ' ';
  }
  return size;
}

}  // namespace

TEST_CASE("a class is small enough to know by heart", "[structure]") {
  static const std::regex kType(R"re(^(class|struct) (\w+)[^;:(]*(: [^;]*)?\{.*)re");
  std::map<std::string, std::vector<ClassSize>> folders;
  for (const Source& source : sources()) {
    if (!in_host(source) || !source.path.ends_with(".hpp")) continue;
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      std::smatch found;
      if (!std::regex_match(source.lines[i], found, kType)) continue;
      const ClassSize size = measure(source, i, found[2]);
      folders[source.path.substr(0, source.path.rfind('/'))].push_back(size);
      const bool fits = size.members <= kMembersMax && size.functions <= kFunctionsMax;
      if (!fits) {
        complain(source,
                 i,
                 size.name + " has " + std::to_string(size.members) + " members and " +
                     std::to_string(size.functions) + " functions: which two ideas are in it?");
      }
    }
  }
  for (auto& [folder, classes] : folders) {
    std::ranges::sort(classes, std::greater{}, [](const ClassSize& size) {
      return size.members + size.functions;
    });
    std::cout << folder << ":";
    for (const ClassSize& size : classes) {
      std::cout << " " << size.name << " " << size.members << "+" << size.functions;
    }
    std::cout << "\n";
  }
  CHECK(folders.size() >= 10);
}

// Finds a field's name in the middle of a line, and a continuation line without indentation: a
// formatter makes these from a field line that is too long.
TEST_CASE("the fields at the head of a file stand on lines of their own", "[structure]") {
  static const std::regex kField(R"re(^// [A-Z][a-z]+ {2,}\S.*)re");
  static const std::regex kSetIn(R"re(^// {5,}\S.*)re");
  static const std::regex kMelted(
      R"re(^//.*[^ /] +(Thread|Owner|Errors|Units|Types|Order|Bound|Source|Cost) {2,}\S.*)re");
  for (const Source& source : sources()) {
    if (!source.path.ends_with(".hpp") && !source.path.ends_with(".h")) continue;
    bool in_field = false;
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const std::string& line = source.lines[i];
      if (!line.starts_with("//")) break;
      if (std::regex_match(line, kMelted)) complain(source, i, "a field in the middle of a line");
      const bool begins = std::regex_match(line, kField);
      if (in_field && !begins && line != "//" && !std::regex_match(line, kSetIn)) {
        complain(source, i, "goes on with a field and is not set in");
      }
      in_field = begins || (in_field && line != "//");
    }
  }
}
