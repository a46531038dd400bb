// BlockingInbox: where a thread that is no shard's waits for what shards, and the store, post to
// it.
//
// Time    of the Clock. Simulations have no threads for shards: they are pumped while it waits.
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
  // Runs what is posted until `done`. False: the clock has come to `until_us` before.
  bool wait_until(const std::function<bool()>& done, std::int64_t until_us = kForever);

 private:
  const Clock& clock_;
  const std::function<void()>& pump_;  // none: shards have threads
  Inbox inbox_;
};

}  // namespace serai::runtime
