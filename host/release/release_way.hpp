// ReleaseWay: the folders and links by which a path leads to a release.
//
//   releases/current -> ../channel/stable -> ../releases/v1.1.0
//       the folders /srv/releases, /srv/channel and all above them, and the two links
//
// Thread  any; blocking file access. A way describes the moment in which it was read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace serai::release {

struct WayStep {
  std::filesystem::path folder;  // its path has no links
  std::string name;              // an entry of the folder
  std::string target;            // the target if the entry is a link; else empty
  std::string identity;          // changes when another file takes the name
  friend bool operator==(const WayStep&, const WayStep&) = default;
};

struct ReleaseWay {
  std::vector<WayStep> steps;
  bool arrives = false;        // false: the last step leads to nothing, or in a circle
  std::filesystem::path rest;  // if it does not arrive: the part of the path behind the last step
  std::filesystem::path end;   // if it arrives: the folder; its path has no links

  std::filesystem::path releases() const;  // the folder that contains the release's folder
  std::filesystem::path release() const;   // the release's folder
  friend bool operator==(const ReleaseWay&, const ReleaseWay&) = default;
};

ReleaseWay find_way(const std::filesystem::path& path);

// Makes `path` lead to the folder `release`, by renaming a new link over the last link on the way.
// failed_precondition: no link on the way can be made to lead there, or the folder is missing.
Result<> lead_to(const std::filesystem::path& path, const std::filesystem::path& release);

}  // namespace serai::release
