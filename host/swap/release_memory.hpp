// ReleaseMemory: the facts about releases, which outlive the process of the host.
//
// Facts   "committed" {"release","digest","served":[{"release","digest"}]}: the release that a
//         restart loads, and those that served before, newest first. It changes only when a swap
//         has settled.
//         "attempted" {"release","digest","outcome","readings","earlier":[the same]}: releases that
//         were tried and did not settle, newest first. The host tries none of them again by itself.
// Bound   kServedMax and kAttemptsMax entries; the oldest are dropped.
// Errors  the store's.
// Thread  the loader thread.
// Owner   borrows the store.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "release/swap_plan.hpp"
#include "swap/store_reader.hpp"

namespace serai::swap {

// The end of the last attempt to swap to a release.
enum class AttemptOutcome {
  probation,    // no end yet: the release is on probation, or the host died during that
  reading,      // the same, and a start is rewriting the entities that the release stored
  rolled_back,  // it served for a while and was rolled back
  refused,      // its code ran and failed
  interrupted,  // the host stopped, or storage did not answer
  left,         // the link could not be moved away from it
};

class ReleaseMemory {
 public:
  static constexpr std::size_t kServedMax = 16;
  static constexpr std::size_t kAttemptsMax = 64;

  struct Served {
    std::string release;
    std::string digest;
  };

  struct Attempt {
    std::string release;
    std::string digest;
    AttemptOutcome outcome = AttemptOutcome::probation;
    int readings = 0;  // starts that have tried to rewrite its entities

    bool is_unfinished() const {
      return outcome == AttemptOutcome::probation || outcome == AttemptOutcome::reading;
    }
    // True: the release is not tried again before somebody asks for it.
    bool bars() const { return outcome != AttemptOutcome::interrupted; }
    std::string text() const;  // "was rolled back"
  };

  explicit ReleaseMemory(StoreReader& store) : store_(store) {}

  Result<> recall();  // reads the facts

  const Served& committed() const { return committed_; }
  bool served_before(const std::string& digest) const;
  // The newest release that served and has other code than `digest`; null: there is none.
  const Served* previous_to(const std::string& digest) const;
  const Served* find_served(const std::string& release) const;  // the newest; null: none
  Result<> commit(const release::LiveSet& live);

  const Attempt* find_barred(const std::string& digest) const;
  const Attempt* find_unfinished() const;
  // Stores an attempt. It replaces an earlier attempt of the same code.
  Result<> note_attempt(Attempt attempt);
  Result<> forget_attempt(const std::string& digest);
  // Drops the attempts with outcome `left`. To be called when the link has been moved after all.
  Result<> forget_left();

 private:
  Result<> put_attempts();

  StoreReader& store_;
  Served committed_;            // empty: nothing has been committed yet
  std::vector<Served> served_;  // newest first, the committed one included
  std::deque<Attempt> attempts_;
};

}  // namespace serai::swap
