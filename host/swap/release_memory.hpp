// ReleaseMemory: the facts about releases, which outlive the host's process.
//
// Facts   "committed" {"release","digest","served":[{"release","digest"}]}: the release that a
//         restart loads, and those that served before, newest first. Changes only when a swap has
//         settled.
//         "attempted" {"release","digest","outcome","readings","earlier":[the same]}: releases that
//         were tried and did not settle, newest first. The host tries none of them again by itself.
// Bound   kServedKept and kAttemptsKept; the oldest are dropped.
// Errors  the store's.
// Thread  the loader thread.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "release/swap_plan.hpp"
#include "swap/store_reader.hpp"

namespace serai::swap {

// How the last try of a release ended.
enum class AttemptOutcome {
  probation,    // not ended: the release is on probation, or the host died during that
  reading,      // likewise, and a start rewrites the entities that it stored
  rolled_back,  // it served for a while and was taken back
  refused,      // its code ran, and failed
  interrupted,  // the host stopped, or storage did not answer
  left,         // the link could not be moved away from it
};

class ReleaseMemory {
 public:
  static constexpr std::size_t kServedKept = 16;
  static constexpr std::size_t kAttemptsKept = 64;

  struct Served {
    std::string release;
    std::string digest;
  };

  struct Attempt {
    std::string release;
    std::string digest;
    AttemptOutcome outcome = AttemptOutcome::probation;
    int readings = 0;

    bool is_unfinished() const {
      return outcome == AttemptOutcome::probation || outcome == AttemptOutcome::reading;
    }
    // The release is not tried again before somebody asks for it.
    bool bars() const { return outcome != AttemptOutcome::interrupted; }
    std::string text() const;  // "was rolled back"
  };

  explicit ReleaseMemory(StoreReader& store) : store_(store) {}

  Result<> recall();

  const Served& committed() const { return committed_; }
  bool served_before(const std::string& digest) const;
  // The newest release that served with code other than `digest`; null: none.
  const Served* previous_to(const std::string& digest) const;
  const Served* find_served(const std::string& release) const;  // newest first; null: none
  Result<> commit(const release::LiveSet& live);

  const Attempt* find_barred(const std::string& digest) const;
  const Attempt* find_unfinished() const;
  // Replaces an earlier attempt of the same code.
  Result<> note_attempt(Attempt attempt);
  Result<> forget_attempt(const std::string& digest);
  // Drops the attempts with outcome `left`, once the link has been moved after all.
  Result<> forget_left();

 private:
  Result<> put_attempts();

  StoreReader& store_;
  Served committed_;            // empty: nothing has been committed yet
  std::vector<Served> served_;  // newest first, the committed one included
  std::deque<Attempt> attempts_;
};

}  // namespace serai::swap
