// Idempotency: answers a repeated call with the first answer, also after restarts and swaps.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "abi/contract.hpp"
#include "base/result.hpp"
#include "model/entity_id.hpp"
#include "ports/entity_store.hpp"
#include "runtime/commit/recent_answers.hpp"
#include "runtime/mailbox/input.hpp"
#include "runtime/routing/directory.hpp"
#include "runtime/routing/loaded_generation.hpp"
#include "runtime/shard/key_claims.hpp"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class Idempotency {
 public:
  Idempotency(ShardServices& services, ShardParts& parts);

  static void find_idempotency_key(const LoadedGeneration& generation,
                                   const abi::HandlerContract& handler,
                                   Input& input);
  void look_up_answer(Entity& entity, Input input, int handler_index);
  void refuse_unknown(const KindRoute& route, int handler_index, Input input);
  KeyClaims& keys() { return keys_; }
  RecentAnswers& recent() { return recent_; }

 private:
  bool answer_from_memory(Input& input, const std::string& name);
  void ask_for_answer(const Entity& entity);
  Entity* find_looking(const EntityId& id, std::uint64_t run_id);
  Input stop_looking(Entity& entity);
  void on_key_claimed(const EntityId& id, std::uint64_t run_id, KeyClaim claim);
  void on_answer_found(const EntityId& id,
                       std::uint64_t run_id,
                       Result<std::optional<IdempotentAnswer>> found);

  ShardServices& services_;
  ShardParts& parts_;
  KeyClaims keys_;  // of which this shard is the home
  RecentAnswers recent_;
};

}  // namespace serai::runtime
