// Purse: a player's gold, for the answers of RPCs that change it.
//
// Units   gold, as in the ledger.
// Errors  those of balance(). Call it before the first call to another entity, so that an error
//         leaves nothing to undo.
// Thread  the calling entity's shard.
#pragma once

#include <cstdint>
#include <serai/module.hpp>
#include <string>

namespace game {

// The player's gold after a transfer of this handler that paid the player `received` (0 for a
// transfer that took gold). balance() counts what a handler takes at once, but what it pays only
// after the commit: so `received` is added here.
inline serai::Task<serai::Answer<std::int64_t>> gold_of(serai::Context& context,
                                                        std::string player_id,
                                                        std::int64_t received) {
  const auto left = co_await context.balance("player:" + player_id);
  if (!left) co_return left.refusal();
  co_return *left + received;
}

}  // namespace game
