// Barrier: stops new work on the shard, so that all entities of a module can move in one turn. From
// begin() to end() only messages of calls in flight are handled; all others wait in their
// mailboxes.
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

  void begin() { is_up_ = true; }
  // Calls `quiet` at the end of the turn in which the last call in flight has ended; at the end of
  // this turn when there is none. end() drops `quiet`.
  void await_quiet(Work quiet);
  // Called when a run has ended, and when an entity has no message to handle any more.
  void note_ended() {
    if (quiet_) check_later();
  }
  // True: the entity must not handle its messages now.
  bool keeps_waiting(const Entity& entity) const;
  // Takes a new call of a stateless handler, and runs it after end(). False: it may run now.
  bool queue(const RpcRoute& route, Input& input);
  // Describes a handler that has not ended yet; none: the shard is quiet.
  std::optional<std::string> still_busy() const;
  // Handles all messages that have waited.
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
  std::vector<QueuedCall> queued_calls_;  // of stateless handlers
  Work quiet_;                            // empty: await_quiet() was not called
  bool checks_soon_ = false;
  // An entity that was busy at the last check. While it is busy, the others are not checked, which
  // saves a pass over the table.
  std::optional<EntityId> busy_;
};

}  // namespace serai::runtime
