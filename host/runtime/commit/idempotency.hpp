// Idempotency: answers a repeated call with the stored first answer, also after restarts and swaps.
// A call is the same when player, RPC and idempotency key are the same.
//
// Errors  a refused call is answered: idempotency_mismatch() (another request has the key, or
//         another call is running under it), unavailable (the store), already_exists (the entity
//         that the call opened is stored, its answer is not).
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

  // Takes the key from the request's field `idem_key`, if the header had none.
  static void find_idempotency_key(const LoadedGeneration& generation,
                                   const abi::HandlerContract& handler,
                                   Input& input);
  // Answers a call that has a key, or runs its handler if no answer is stored. The entity is in
  // phase looking_up until the answer of the store has come.
  void look_up_answer(Entity& entity, Input input, int handler_index);
  // Refuses a message for an entity that does not exist (not_found). A retry of the call that ended
  // the entity still gets its answer. `handler_index` -1: the kind has no such handler.
  void refuse_unknown(const KindRoute& route, int handler_index, Input input);
  KeyClaims& keys() { return keys_; }
  RecentAnswers& recent() { return recent_; }

 private:
  // True: the message was answered, or will be when the first call's commit is on disk.
  bool answer_from_memory(Input& input, const std::string& name);
  void ask_for_answer(const Entity& entity);
  // The entity that looks up the key of this call; null: it was evicted meanwhile.
  Entity* find_in_lookup(const EntityId& id, std::uint64_t run_id);
  void begin_lookup(Entity& entity, Input&& input, int handler_index);
  // Makes the entity ready again, and returns the call.
  Input end_lookup(Entity& entity);
  void on_key_claimed(const EntityId& id, std::uint64_t run_id, KeyClaim claim);
  void on_answer_found(const EntityId& id,
                       std::uint64_t run_id,
                       Result<std::optional<IdempotentAnswer>> found);

  ShardServices& services_;
  ShardParts& parts_;
  KeyClaims keys_;  // keys that have this shard as their home
  RecentAnswers recent_;
};

}  // namespace serai::runtime
