// BlockingInbox: an inbox in which another thread than a shard's waits for posts from the shards
// and the store.
//
// Time    that of the Clock. In a simulation the shards have no threads, so a wait runs the shards
//         by `RuntimeOptions::pump`.
// Thread  post(): any. wait_until(): one thread at a time.
// Owner   borrows clock and options; owns posted work, which is destroyed with the inbox if it has
//         not run.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>

#include "base/inbox.hpp"
#include "runtime/shard/environment.hpp"

namespace serai::runtime {

class BlockingInbox final : public Executor {
 public:
  static constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

  explicit BlockingInbox(const Environment& env) : clock_(env.clock), pump_(env.options.pump) {}

  void post(Work work) override { inbox_.post(std::move(work)); }
  // Runs posted work until `done` returns true. False: the steady clock has reached `until_us`
  // first.
  bool wait_until(const std::function<bool()>& done, std::int64_t until_us = kForever);

 private:
  const Clock& clock_;
  const std::function<void()>& pump_;  // empty: the shards have threads
  Inbox inbox_;
};

}  // namespace serai::runtime
