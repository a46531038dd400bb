// ReleaseWay: how a path leads to the release it names, folder by folder and link by link.
//
//   releases/current -> ../channel/stable -> ../releases/v1.1.0: the folders /srv/releases,
//   /srv/channel and all above them, and the two links
//
// Thread  any; blocking file access. A way is a picture of one moment.
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
  std::string identity;          // changes when another file takes this place
  friend bool operator==(const WayStep&, const WayStep&) = default;
};

struct ReleaseWay {
  std::vector<WayStep> steps;
  bool arrives = false;        // false: the last step leads to nothing, or round in circles
  std::filesystem::path rest;  // what would follow then
  std::filesystem::path end;   // where it arrives, without links

  // The folder the release lies in, beside other releases.
  std::filesystem::path releases() const;
  std::filesystem::path release() const;  // the release's own folder
  friend bool operator==(const ReleaseWay&, const ReleaseWay&) = default;
};

ReleaseWay find_way(const std::filesystem::path& path);

// Makes `path` lead to the folder `release`, by the last link on the way: a new link renamed over
// it. failed_precondition: no link on the way can do that, or nothing is there to lead to.
Result<> lead_to(const std::filesystem::path& path, const std::filesystem::path& release);

}  // namespace serai::release
