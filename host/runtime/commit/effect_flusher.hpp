// EffectFlusher: what handlers wanted done outside is done, in the order of each entity's handlers.
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
  // A null sender: no version serves that has the kind it came from. Who sent it before a restart
  // is not known.
  void forward(OutboxMessage message, const abi::Generation* sender, const ServedBy& sent_by);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
