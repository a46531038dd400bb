// FirstRelease: chooses the release that a start serves, from the link and the facts, and repairs
// what a crash during a probation has left in the store.
//
// Errors  why the release cannot be served; the caller picks the exit code by Errc:
//         not_found, invalid_argument, failed_precondition, unavailable (storage), internal.
// Thread  the loader thread.
// Owner   borrows its parts.
#pragma once

#include <string>

#include "base/log.hpp"
#include "release/kept_releases.hpp"
#include "swap/serving.hpp"
#include "swap/swap_options.hpp"
#include "swap/swap_stages.hpp"

namespace serai::swap {

// Reads the release from releases/, or from the host's own copies when its folder was removed or
// now has other contents.
Result<release::Release> find_whole(const ReleaseMemory::Served& served,
                                    const SwapOptions& options,
                                    const release::KeptReleases& kept);

class FirstRelease {
 public:
  FirstRelease(SwapStages& stages, Serving& serving, const SwapOptions& options, Log log)
      : stages_(stages), serving_(serving), options_(options), log_(log) {}

  // Chooses a release and installs it; serving.live() then describes it.
  Result<> install();
  // install() has taken the committed release, not the one that the link names: swap to that next.
  bool swaps_next() const { return swaps_next_; }

 private:
  Result<release::Release> choose();
  Result<release::Release> committed_instead(const release::Release& requested);
  Result<release::LiveSet> install(const release::Release& release);
  void read_what_a_crash_left();
  void report_instead(const release::Release& starts,
                      const std::string& requested,
                      const std::string& reason);
  void report_not_read(const ReleaseMemory::Attempt& died, const Error& error);

  SwapStages& stages_;
  Serving& serving_;
  const SwapOptions& options_;
  Log log_;
  bool swaps_next_ = false;
};

}  // namespace serai::swap
