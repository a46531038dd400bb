// Barrier: the shard stands still, so that all entities of a module can move in one moment.
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

  // A barrier: from begin() to end() only what belongs to a call in flight is handled; all else
  // waits in its mailbox. still_busy() names a handler that has not ended yet.
  void begin() { held_ = true; }
  // Calls `quiet` at the end of the turn in which the last of what was in flight has ended; of this
  // turn, when nothing is. end() forgets it.
  void await_quiet(Work quiet);
  // A run has ended, or an entity is done with its messages.
  void note_ended() {
    if (quiet_) check_later();
  }
  bool keeps_waiting(const Entity& entity) const;
  bool queue(const RpcRoute& route, Input& input);
  std::optional<std::string> still_busy() const;
  void end();
  bool is_up() const { return held_; }

 private:
  void check_later();
  void check();
  bool is_busy(const Entity& entity) const;

  ShardParts& parts_;
  struct HeldCall {
    const std::string* handler;  // interned
    Input input;
  };
  bool held_ = false;
  std::vector<HeldCall> held_calls_;  // for stateless handlers
  Work quiet_;                        // none: nobody waits
  bool checks_soon_ = false;
  std::optional<EntityId> busy_;  // was so at the last look: the others need not be looked at
};

}  // namespace serai::runtime
