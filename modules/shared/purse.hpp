// Purse: a player's gold, for the answers of RPCs that change it.
//
// Units   gold, as in the ledger.
// Errors  those of balance(). Call gold_of() before the first call to another entity, so that after
//         an error there is nothing to undo.
// Thread  the calling entity's shard.
#pragma once

#include <cstdint>
#include <serai/module.hpp>
#include <string>

namespace game {

// The player's gold after a transfer of this handler, which paid the player `received` (0 for a
// transfer that took gold). balance() includes the handler's debits at once, but its credits only
// after the commit. So `received` is added here.
inline serai::Task<serai::Answer<std::int64_t>> gold_of(serai::Context& context,
                                                        std::string player_id,
                                                        std::int64_t received) {
  const auto left = co_await context.balance("player:" + player_id);
  if (!left) co_return left.refusal();
  co_return *left + received;
}

}  // namespace game
