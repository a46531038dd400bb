// ShardCalls: runs work on the shards for another thread, and blocks until it is done. Each shard
// posts when it is done, so nothing polls.
//
// Thread  one thread at a time, never a shard's. sum_up(): any number of threads.
// Owner   borrows the shards, which outlive it.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "runtime/shard/blocking_inbox.hpp"
#include "runtime/shard_runtime.hpp"

namespace serai::runtime {

class ShardCalls {
 public:
  ShardCalls(const Environment& env, const ShardRuntime::Peers& shards)
      : env_(env), shards_(shards), inbox_(env) {}

  const ShardRuntime::Peers& shards() const { return shards_; }
  BlockingInbox& inbox() { return inbox_; }

  // Both return when the work is done. on_all() runs it on all shards at the same time.
  void on(ShardRuntime& shard, const std::function<void(ShardRuntime&)>& work);
  void on_all(const std::function<void(ShardRuntime&)>& work);
  // Likewise for work that takes more than one turn of a shard: each shard calls its `done` at the
  // end.
  void until_all_done(const std::function<void(ShardRuntime&, Work done)>& begin);

  // Calls `ask` on every shard and adds up the answers with Sum::add(). A shard that does not
  // answer within a second is missing from the sum and is counted in Sum::shards_missing.
  template <class Sum, class Ask>
  Sum sum_up(Ask ask) const;

 private:
  const Environment& env_;
  const ShardRuntime::Peers& shards_;
  BlockingInbox inbox_;
};

template <class Sum, class Ask>
Sum ShardCalls::sum_up(Ask ask) const {
  constexpr std::int64_t kWaitUs = 1'000'000;
  // Shared with the shards, because a stuck shard answers after the wait has ended.
  struct Asked {
    explicit Asked(const Environment& env) : inbox(env) {}
    Sum sum;
    BlockingInbox inbox;
  };
  auto asked = std::make_shared<Asked>(env_);
  asked->sum.shards_missing = static_cast<std::uint32_t>(shards_.size());
  for (const auto& shard : shards_) {
    shard->shard().post([asked, ask, runtime = shard.get()] {
      // A post in the inbox must not own `asked`, because `asked` owns the inbox. A post that is
      // never run would keep both alive for ever.
      asked->inbox.post([to = asked.get(), part = ask(*runtime)]() mutable {
        to->sum.add(std::move(part));
        --to->sum.shards_missing;
      });
    });
  }
  asked->inbox.wait_until([&] { return asked->sum.shards_missing == 0; },
                          env_.clock.steady_us() + kWaitUs);
  return std::move(asked->sum);
}

}  // namespace serai::runtime
