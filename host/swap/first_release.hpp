// FirstRelease: chooses the release that a start serves, from the link and the facts. After a crash
// during a probation it also repairs the stored entities.
//
// Errors  the reason why no release can be served. The caller picks the exit code by Errc:
//         not_found, invalid_argument, failed_precondition, unavailable (storage), internal.
// Thread  the loader thread.
// Owner   borrows its parts.
#pragma once

#include <string>

#include "base/log.hpp"
#include "release/saved_releases.hpp"
#include "swap/serving.hpp"
#include "swap/swap_options.hpp"
#include "swap/swap_stages.hpp"

namespace serai::swap {

// Reads the release from releases/, or from the host's own copies when its folder was removed or
// now has other contents.
Result<release::Release> find_whole(const ReleaseMemory::Served& served,
                                    const SwapOptions& options,
                                    const release::SavedReleases& kept);

class FirstRelease {
 public:
  FirstRelease(SwapStages& stages, Serving& serving, const SwapOptions& options, Log log)
      : stages_(stages), serving_(serving), options_(options), log_(log) {}

  // Chooses a release and installs it. On success serving.live() describes it.
  Result<> install();
  // True when install() took the committed release and the link names another one. The engine swaps
  // to that one next.
  bool swaps_next() const { return swaps_next_; }

 private:
  Result<release::Release> choose();
  Result<release::Release> committed_instead(const release::Release& requested);
  Result<release::LiveSet> install(const release::Release& release);
  void recover_from_crash();
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
