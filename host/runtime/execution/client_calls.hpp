// ClientCalls: clients' RPCs on the shard of the client's connection. It finds the handler,
// translates the request, delivers it, and replies to the client.
//
// The handler may run on another shard. Its answer comes back by the number of the pending call, so
// that the client's callback is used on this shard alone.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>

#include "base/unique_function.hpp"
#include "model/outcome.hpp"
#include "ports/game.hpp"
#include "runtime/execution/pending_answers.hpp"

namespace serai::runtime {

struct ShardParts;
struct ShardServices;

class ClientCalls {
 public:
  ClientCalls(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Calls `reply` once, possibly before it returns: with the answer, a refusal, or
  // deadline_exceeded after `client_deadline_ms`.
  void rpc(RpcRequest&& request, RpcReply&& reply);
  // Replies to the pending call; does nothing when its deadline has passed.
  void answer_client(std::uint64_t pending, Outcome outcome);
  // Replies deadline_exceeded to the calls whose deadline has passed. The sweeper calls it.
  void refuse_late();
  bool has_open() const { return answers_.size() != 0; }

 private:
  // A new id for the key of an entity that a call opens.
  Uuid fresh_id();
  UniqueFunction<void(Outcome)> reply_to_client(std::uint64_t pending, std::uint32_t origin);

  ShardServices& services_;
  ShardParts& parts_;
  PendingAnswers answers_;
};

}  // namespace serai::runtime
