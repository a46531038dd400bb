#include "runtime/shard_runtime.hpp"

#include <algorithm>
#include <utility>

namespace serai::runtime {

ShardRuntime::ShardRuntime(const Environment& environment,
                           Shard& shard,
                           const Peers& peers,
                           const StreamsOf& streams)
    : services_(environment, shard, peers, streams),
      loader_(services_, parts_),
      states_(services_, parts_),
      timers_(services_, parts_),
      sweeper_(services_, parts_),
      mailboxes_(services_, parts_),
      bounds_(services_, parts_),
      clients_(services_, parts_),
      runner_(services_, parts_),
      waits_(services_, parts_),
      requests_(services_, parts_),
      committer_(services_, parts_),
      effects_(services_, parts_),
      write_behind_(services_, parts_),
      idempotency_(services_, parts_),
      undo_(services_, parts_),
      journal_(services_, parts_),
      matches_(services_, parts_),
      mover_(services_, parts_),
      barrier_(parts_),
      upgrader_(services_, parts_),
      retirement_(services_),
      parts_{services_,  table_,     loader_,  states_,       timers_,           sweeper_,
             mailboxes_, bounds_,    clients_, runner_,       runner_.figures(), waits_,
             requests_,  committer_, effects_, write_behind_, idempotency_,      undo_,
             journal_,   matches_,   mover_,   barrier_,      upgrader_,         retirement_} {}

ShardRuntime::~ShardRuntime() {
  for (const auto& [id, entity] : table_.all()) states_.destroy_state(*entity);
}

void ShardRuntime::start_sweeps() {
  sweeper_.sweep_later();
  write_behind_.write_later();
}

// True while a run waits, a message waits, or a commit is under way. A shard that has shut down
// still handles calls of runs on other shards, so their waits end.
bool ShardRuntime::is_busy() const {
  return waits_.first() != nullptr || runner_.has_stateless() || clients_.has_open() ||
         std::ranges::any_of(table_.all(), [](const auto& item) {
           return !item.second->mailbox.empty() || item.second->writes.commits != 0;
         });
}

void ShardRuntime::shut_down(Work done) {
  constexpr std::int64_t kAskAgainMs = 5;
  services_.shutting_down = true;
  when_shut_down_ = std::move(done);
  for (const auto& [id, entity] : table_.all()) {
    if (entity->phase() != Entity::Phase::loading) timers_.disarm(*entity);
  }
  if (is_busy()) {
    services_.shard.after(kAskAgainMs, [this] {
      if (when_shut_down_) shut_down(std::exchange(when_shut_down_, nullptr));
    });
    return;
  }
  write_behind_.write_all();
  std::exchange(when_shut_down_, nullptr)();
}

}  // namespace serai::runtime
