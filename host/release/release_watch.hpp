// ReleaseWatch: detects that the path to the release leads to another folder, because a link or a
// folder on the way was flipped, renamed, deleted or made again.
//
// Errors  none. trouble() has the folders that cannot be watched, with the reasons. take_flip()
//         reads the whole way each time, so it detects a flip in those too.
// Thread  the loader thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "release/release_way.hpp"

namespace serai::release {

class ReleaseWatch {
 public:
  using Steady = std::chrono::steady_clock;
  // A link that is deleted and made again leads to nothing for a moment. Only a gap that is longer
  // than this counts as a flip.
  static constexpr std::chrono::milliseconds kGrace{300};

  void start(const std::filesystem::path& path);

  int fd() const { return notify_.get(); }  // readable when something happened; -1: not watching
  // When to call take_flip() next, while the path leads to nothing. No value: wait for fd().
  std::optional<Steady::time_point> next_check() const;
  bool take_flip();  // true once for each new way

  const ReleaseWay& way() const { return way_; }
  const std::vector<std::string>& folders() const { return folders_; }  // watched
  const std::string& trouble() const { return trouble_; }

 private:
  bool read_events();  // true: a watch was lost
  void watch_all();
  void watch(const std::string& folder);

  std::filesystem::path path_;
  Fd notify_;
  ReleaseWay way_;       // the way that is watched
  ReleaseWay reported_;  // the way when take_flip() was last true
  std::vector<std::string> folders_;
  std::string trouble_;
  std::optional<Steady::time_point> gone_since_;
};

}  // namespace serai::release
