// Barrier: stops new work on the shard, so that all entities of a module can move in one turn.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "model/entity_id.hpp"
#include "runtime/mailbox/input.hpp"
#include "runtime/routing/directory.hpp"

namespace serai::runtime {

struct Entity;
struct ShardParts;

class Barrier {
 public:
  explicit Barrier(ShardParts& parts) : parts_(parts) {}

  // From begin() to end() only messages of calls in flight are handled; all others wait in their
  // mailboxes. still_busy() names a handler that has not ended yet.
  void begin() { is_up_ = true; }
  // Calls `quiet` at the end of the turn in which the last call in flight has ended; at the end of
  // this turn when there is none. end() cancels it.
  void await_quiet(Work quiet);
  // Called when a run has ended, or an entity is done with its messages.
  void note_ended() {
    if (quiet_) check_later();
  }
  bool keeps_waiting(const Entity& entity) const;
  bool queue(const RpcRoute& route, Input& input);
  std::optional<std::string> still_busy() const;
  void end();
  bool is_up() const { return is_up_; }

 private:
  void check_later();
  void check();
  bool is_busy(const Entity& entity) const;

  ShardParts& parts_;
  struct QueuedCall {
    const std::string* handler;  // interned
    Input input;
  };
  bool is_up_ = false;
  std::vector<QueuedCall> queued_calls_;  // queued calls of stateless handlers
  Work quiet_;                            // none: nobody waits
  bool checks_soon_ = false;
  std::optional<EntityId> busy_;  // busy at the last check; while it is, no other is checked
};

}  // namespace serai::runtime
