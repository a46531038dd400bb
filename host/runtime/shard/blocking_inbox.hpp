// BlockingInbox: an inbox in which a thread that is not a shard's waits for posts from shards and
// the store.
//
// Time    of the Clock. Simulations have no shard threads, so the shards are pumped during a wait.
// Thread  post(): any. wait_until(): one thread at a time.
// Owner   borrows clock and options; owns posted work.
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
  // Runs posted work until `done` is true. False: the clock has reached `until_us` before.
  bool wait_until(const std::function<bool()>& done, std::int64_t until_us = kForever);

 private:
  const Clock& clock_;
  const std::function<void()>& pump_;  // none: shards have threads
  Inbox inbox_;
};

}  // namespace serai::runtime
