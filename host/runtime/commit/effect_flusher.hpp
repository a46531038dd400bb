// EffectFlusher: carries out the effects of handlers, in the order of each entity's handlers.
//
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

  void flush_in_order(Entity& entity);
  void flush(Run& run);
  void redeliver(std::vector<OutboxMessage> messages);

 private:
  void flush_one(const Run& run, abi::OutsideEffect effect);
  // `sender` is null when no serving version has the kind that it came from. `sent_by` is unknown
  // for messages from before a restart.
  void forward(OutboxMessage message, const abi::Generation* sender, const ServedBy& sent_by);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
