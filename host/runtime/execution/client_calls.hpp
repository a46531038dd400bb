// ClientCalls: RPCs of clients on the shard that was asked: found, translated, delivered, answered.
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

  void rpc(RpcRequest&& request, RpcReply&& reply);
  void answer_client(std::uint64_t pending, Outcome outcome);
  void refuse_late();
  bool has_open() const { return answers_.size() != 0; }

 private:
  Uuid fresh_id();
  UniqueFunction<void(Outcome)> reply_to_client(std::uint64_t pending, std::uint32_t origin);

  ShardServices& services_;
  ShardParts& parts_;
  PendingAnswers answers_;
};

}  // namespace serai::runtime
