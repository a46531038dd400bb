// Purse: the gold a player has, as the answer to an RPC that changes it says it.
//
// Units   gold, as the ledger counts it.
// Errors  balance()'s own; ask before the first call to another entity, so that nothing has to be
//         given back.
// Thread  the calling entity's shard.
#pragma once

#include <cstdint>
#include <serai/module.hpp>
#include <string>

namespace game {

// What the player has right after a transfer of this handler, which gave him `received` (0 when it
// took from him). balance() counts what a handler takes at once, and what it gives only when that
// is on disk: so it is added here.
inline serai::Task<serai::Answer<std::int64_t>> gold_of(serai::Context& context,
                                                        std::string player_id,
                                                        std::int64_t received) {
  const auto left = co_await context.balance("player:" + player_id);
  if (!left) co_return left.refusal();
  co_return *left + received;
}

}  // namespace game
