// SavedReleases: stores whole releases, made of the host's private copies of modules. From them the
// host can start and go back without reading releases/.
//
//   <data>/modules/kept/<digest>/manifest.json and the modules: hard links to the private copies
//
// Errors  internal with the system's message; find(): not_found.
// Thread  the loader thread; blocking file access.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>

#include "base/result.hpp"
#include "release/release.hpp"

namespace serai::release {

class SavedReleases {
 public:
  explicit SavedReleases(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Stores the release, unless it is stored already. `file_of` returns the private copy of a
  // module.
  Result<> keep(
      const Release& release,
      const std::function<std::filesystem::path(const ReleaseModule& module)>& file_of) const;
  Result<Release> find(const std::string& digest) const;
  bool contains(const Release& release) const;  // true when `release` was read from here
  void remove_all_but(const std::set<std::string>& digests) const;

 private:
  bool is_whole(const std::string& digest) const;

  std::filesystem::path folder_;
};

}  // namespace serai::release
