// ReleaseMemory: what the host keeps about releases beyond its own life.
//
// Facts   "committed" {"release","digest","served":[{"release","digest"}]}: what a restart loads,
//         and what served before, newest first. Moves only when a swap has settled.
//         "attempted" {"release","digest","outcome","readings","earlier":[the same]}: releases that
//         were tried and did not settle, newest first. The host tries none of them again unless it
//         is asked to.
// Bound   kServedKept and kAttemptsKept; the oldest go.
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
  probation,    // it has not: the release is on probation, or the host died while it was
  reading,      // likewise, and a start reads what it stored
  rolled_back,  // it served for a while
  refused,      // its code ran, and failed
  interrupted,  // the host stopped
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
    // Not to be tried again before somebody asks for it.
    bool bars() const { return outcome != AttemptOutcome::interrupted; }
    std::string text() const;  // "was rolled back"
  };

  explicit ReleaseMemory(StoreReader& store) : store_(store) {}

  Result<> recall();

  const Served& committed() const { return committed_; }
  bool served_before(const std::string& digest) const;
  // The newest release that served and runs other code than `digest`; null: none.
  const Served* previous_to(const std::string& digest) const;
  const Served* find_served(const std::string& release) const;  // newest first; null: none
  Result<> commit(const release::LiveSet& live);

  const Attempt* find_barred(const std::string& digest) const;
  const Attempt* find_unfinished() const;
  // Replaces what was noted of this code before.
  Result<> note_attempt(Attempt attempt);
  Result<> forget_attempt(const std::string& digest);
  // A link that could not be moved has been moved after all.
  Result<> forget_left();

 private:
  Result<> put_attempts();

  StoreReader& store_;
  Served committed_;            // empty: nothing has been committed yet
  std::vector<Served> served_;  // newest first, the committed one included
  std::deque<Attempt> attempts_;
};

}  // namespace serai::swap
