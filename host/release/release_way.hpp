// ReleaseWay: the folders and links by which a path leads to a release.
//
//   releases/current -> ../channel/stable -> ../releases/v1.1.0: the folders /srv/releases,
//   /srv/channel and all above them, and the two links
//
// Thread  any; blocking file access. A way is valid for the moment it was read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace serai::release {

struct WayStep {
  std::filesystem::path folder;  // without links
  std::string name;              // in it
  std::string target;            // of a link; empty: no link
  std::string identity;          // changes when another file takes the name
  friend bool operator==(const WayStep&, const WayStep&) = default;
};

struct ReleaseWay {
  std::vector<WayStep> steps;
  bool arrives = false;        // false: the last step leads to nothing, or in a circle
  std::filesystem::path rest;  // then the part of the path that was not reached
  std::filesystem::path end;   // where it arrives, without links

  // The folder of all releases, which contains this one.
  std::filesystem::path releases() const;
  std::filesystem::path release() const;  // the release's own folder
  friend bool operator==(const ReleaseWay&, const ReleaseWay&) = default;
};

ReleaseWay find_way(const std::filesystem::path& path);

// Makes `path` lead to the folder `release`, by renaming a new link over the last link on the way.
// failed_precondition: no link on the way can do that, or the folder is missing.
Result<> lead_to(const std::filesystem::path& path, const std::filesystem::path& release);

}  // namespace serai::release
