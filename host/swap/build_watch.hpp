// BuildWatch: publishes each rebuilt module file as a release and points `current` at it, for the
// author of a module. The swap engine then loads it like any other release.
//
//   <folder>/battle.so changes  ->  releases/dev-7: that file, and all other files that serve now
//
// Only whole files are published: a file must not change for kQuiet, and must pass the rules for
// module files. A refusal is logged (watch.refused here, swap.refused by the engine). A refused
// file is left out of later releases until it is built again. Files that changed together are
// published together. If that release is refused, they are published one by one, so that a bad file
// does not block the others. The newest kReleasesMax of these releases stay on disk.
//
// Errors  start(): not_found or unavailable when a folder cannot be watched; failed_precondition
//         when modules.dir is not a link.
// Thread  its own. start() and stop() are called by the owner, on_swap() by the loader thread.
// Owner   borrows everything that `serving` uses, until stop().
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/inbox.hpp"
#include "base/log.hpp"
#include "release/release.hpp"
#include "swap/swap_report.hpp"

namespace serai::swap {

class BuildWatch final : public SwapObserver {
 public:
  static constexpr std::chrono::milliseconds kQuiet{100};
  static constexpr unsigned kReleasesMax = 8;

  struct Parts {
    std::filesystem::path link;               // releases/current
    std::function<std::string()> serving;     // the name of the release that serves
    std::vector<std::string> allow_breaking;  // copied into each published release
    Log log;
  };

  BuildWatch(Parts parts, std::vector<std::filesystem::path> folders)
      : parts_(std::move(parts)), folders_(std::move(folders)) {}
  ~BuildWatch() override { stop(); }
  BuildWatch(const BuildWatch&) = delete;
  BuildWatch& operator=(const BuildWatch&) = delete;

  Result<> start();  // the present files count as changed
  void stop();
  void on_swap(const SwapReport& report) override;

 private:
  struct Built {
    std::string bytes;
    std::string sha256;
  };
  using BuiltFiles = std::map<std::string, Built>;  // by file name

  // The newest published release, until its swap has ended.
  struct Requested {
    std::string release;
    std::set<std::string> changed;  // hashes of its changed files
  };

  void run();
  bool take_events();
  // Publishes the changed files and returns the name of the release. Empty: the files serve
  // already, or their swap has been requested.
  Result<std::string> publish();
  BuiltFiles find_changed(const release::Release& base);
  void add_if_changed(const std::filesystem::path& file,
                      const release::Release& base,
                      BuiltFiles& changed);
  void keep_one(BuiltFiles& changed);
  bool take_outcome(const std::string& release, SwapOutcome outcome);
  static Result<> stage(const std::filesystem::path& draft,
                        const release::Release& base,
                        const BuiltFiles& changed);
  bool is_requested(const release::Release& made) const;
  std::filesystem::path releases() const;
  void forget_old(unsigned newest, const std::string& base) const;

  Parts parts_;
  std::vector<std::filesystem::path> folders_;
  Fd notify_;
  Inbox inbox_;
  Requested requested_;
  std::set<std::string> refused_;     // hashes of files that are not published again
  std::set<std::string> one_by_one_;  // hashes of files that were refused together
  bool check_again_ = false;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace serai::swap
