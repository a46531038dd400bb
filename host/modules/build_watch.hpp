// BuildWatch: for the author of a module. A rebuilt module file becomes a release of its own and
// `current` is pointed at it; the swap engine does the rest, as with any other release.
//
//   <folder>/battle.so changes  ->  releases/dev-7: that file, all else as it serves now
//
// Only whole files count: one must lie still for kSettle, and pass the rules for module files. What
// is refused is in the log (watch.refused here, swap.refused by the engine); the next build is
// another try. Of the releases made, the newest kKept stay.
//
// Errors  start(): not_found or unavailable when a folder cannot be watched; failed_precondition
//         when what is served is not a link.
// Thread  its own; start() and stop() by the owner.
// Owner   borrows what `serving` needs, until stop().
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "modules/inbox.hpp"
#include "modules/release.hpp"

namespace serai {

class BuildWatch {
 public:
  static constexpr std::chrono::milliseconds kSettle{300};
  static constexpr unsigned kKept = 8;

  struct Parts {
    std::filesystem::path link;            // releases/current
    std::function<std::string()> serving;  // the name of the release that serves
    Log log;
  };

  BuildWatch(Parts parts, std::vector<std::filesystem::path> folders)
      : parts_(std::move(parts)), folders_(std::move(folders)) {}
  ~BuildWatch() { stop(); }
  BuildWatch(const BuildWatch&) = delete;
  BuildWatch& operator=(const BuildWatch&) = delete;

  Result<> start();  // what the folders hold now counts as changed
  void stop();

 private:
  void run();
  bool take_events();
  // The name of the release made; empty: all of it serves already, or is asked for.
  Result<std::string> publish();
  Result<> stage(const std::filesystem::path& draft, const Release& base) const;
  bool is_asked_for(const Release& made) const;
  std::filesystem::path releases() const;
  void forget_old(unsigned newest, const std::string& base) const;

  Parts parts_;
  std::vector<std::filesystem::path> folders_;
  Fd notify_;
  Inbox inbox_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace serai
