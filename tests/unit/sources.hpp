// Sources: the project's own code, for the tests of its style.
//
// Thread  any; read once.
#pragma once

#include <catch2/catch.hpp>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace serai::testing {

struct Source {
  std::string path;  // from the root of the checkout
  std::vector<std::string> lines;
};

inline bool is_code(const std::filesystem::path& path) {
  static const std::set<std::string> kEndings{".cpp", ".hpp", ".h", ".c"};
  return kEndings.contains(path.extension().string());
}

inline std::vector<Source> read_sources() {
  namespace fs = std::filesystem;
  const fs::path root = SERAI_SOURCE_DIR;
  std::vector<Source> all;
  for (const auto* folder : {"host", "sdk", "modules", "tests"}) {
    for (fs::recursive_directory_iterator at(root / folder), end; at != end; ++at) {
      if (at->path().filename() == "node_modules") at.disable_recursion_pending();
      if (!at->is_regular_file() || !is_code(at->path())) continue;
      Source source{fs::relative(at->path(), root).string(), {}};
      std::ifstream in(at->path());
      for (std::string line; std::getline(in, line);) source.lines.push_back(std::move(line));
      all.push_back(std::move(source));
    }
  }
  return all;
}

inline const std::vector<Source>& sources() {
  static const std::vector<Source> kSources = read_sources();
  return kSources;
}

inline void complain(const Source& source, std::size_t line, const std::string& what) {
  FAIL_CHECK(source.path << ":" << line + 1 << ": " << what);
}

}  // namespace serai::testing
