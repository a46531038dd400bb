// WriteBehind: writes what handlers that are not durable have changed, a little later.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <deque>

#include "model/entity_id.hpp"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class WriteBehind {
 public:
  WriteBehind(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  void mark_dirty(Entity& entity);
  void write_later();
  void write_all();
  void stage_entity(Entity& entity);

 private:
  void write_due();
  void write_oldest();

  ShardServices& services_;
  ShardParts& parts_;
  struct Dirty {
    EntityId id;
    std::int64_t due_us = 0;  // steady clock
  };
  std::deque<Dirty> dirty_;  // the oldest first
};

}  // namespace serai::runtime
