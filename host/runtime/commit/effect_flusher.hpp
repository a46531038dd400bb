// EffectFlusher: carries out the effects of successful handlers: broadcasts, kicks, messages and
// notifications. Effects of one entity are carried out in the order of its handlers.
//
// Errors  none. A message that no serving handler takes, and an event that reaches nobody, are
//         logged and counted as dead letters. Such a message stays in the outbox. It is delivered
//         when a swap brings the handler, or at the next start.
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <vector>

#include "abi/effects.hpp"
#include "abi/generation.hpp"
#include "model/outbox_message.hpp"
#include "model/served_by.hpp"
#include "runtime/execution/run.hpp"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class EffectFlusher {
 public:
  EffectFlusher(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Flushes the entity's oldest runs up to the first one whose commit is not on disk.
  void flush_in_order(Entity& entity);
  // Answers the run's call, then carries out its effects.
  void flush(Run& run);
  // Delivers stored messages from before a restart.
  void redeliver(std::vector<OutboxMessage> messages);
  // Delivers the messages that no handler took until now, if one does after a swap.
  void retry_undeliverable();

 private:
  struct Undeliverable {
    OutboxMessage message;
    ServedBy sent_by;
  };
  void flush_one(const Run& run, abi::OutsideEffect effect);
  // Delivers a message to its entity. `sender`: for the log; null: no serving generation has the
  // kind of the sending entity. `sent_by` is empty for messages from before a restart.
  void forward(OutboxMessage message, const abi::Generation* sender, const ServedBy& sent_by);

  ShardServices& services_;
  ShardParts& parts_;
  std::vector<Undeliverable> undeliverable_;
  std::size_t undeliverable_bytes_ = 0;
};

}  // namespace serai::runtime
