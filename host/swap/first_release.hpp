// FirstRelease: which release a start serves, by the link and the facts, and what a crash left for
// it to do.
//
// Errors  every reason a release cannot be served; the caller picks the exit code by Errc:
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

// As it lies beside the others, or from the host's own copies when that was pruned or written over.
Result<release::Release> find_whole(const ReleaseMemory::Served& served,
                                    const SwapOptions& options,
                                    const release::KeptReleases& kept);

class FirstRelease {
 public:
  FirstRelease(SwapStages& stages, Serving& serving, const SwapOptions& options, Log log)
      : stages_(stages), serving_(serving), options_(options), log_(log) {}

  // Chooses and installs; serving.live() is what runs then.
  Result<> install();
  // It installed the committed release instead of the one that is named: a swap to that comes next.
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
