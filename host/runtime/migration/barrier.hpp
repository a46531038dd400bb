// Barrier: the shard stands still, so that all entities of a module can move in one moment.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/mailbox/input.hpp"
#include "runtime/routing/directory.hpp"

namespace serai {

struct Entity;
struct ShardParts;

class Barrier {
 public:
  explicit Barrier(ShardParts& parts) : parts_(parts) {}

  // A barrier: from begin() to end() only what belongs to a call in flight is handled; all else
  // waits in its mailbox. still_busy() names a handler that has not ended yet.
  void begin() { held_ = true; }
  bool keeps_waiting(const Entity& entity) const;
  bool queue(const RpcRoute& route, Input& input);
  std::optional<std::string> still_busy() const;
  void end();
  bool is_up() const { return held_; }

 private:
  ShardParts& parts_;
  struct HeldCall {
    const std::string* handler;  // interned
    Input input;
  };
  bool held_ = false;
  std::vector<HeldCall> held_calls_;  // for stateless handlers
};

}  // namespace serai
