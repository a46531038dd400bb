// WriteBehind: stages the entities that handlers have changed without a commit, `write_behind_ms`
// after the change. A crash loses the changes that are not staged yet.
//
// Errors  a write that the store refuses is tried again after `write_behind_ms`.
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

  // Schedules the write of a changed entity; does nothing when it is scheduled already.
  void mark_dirty(Entity& entity);
  // Schedules the next write_due(). Call once; after that it repeats itself.
  void write_later();
  // Stages all dirty entities now. Those with a handler or a write under way stay dirty.
  void write_all();
  // Exports and stages the entity now, unless its state is the one that was staged last.
  void stage_entity(Entity& entity);

 private:
  void write_due();
  void write_oldest();

  ShardServices& services_;
  ShardParts& parts_;
  struct Dirty {
    EntityId id;
    std::int64_t due_us = 0;  // on the steady clock
  };
  std::deque<Dirty> dirty_;  // in the order of due_us
};

}  // namespace serai::runtime
