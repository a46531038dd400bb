// Retention: how long rows stay that nobody deletes, and how many.
//
// Units   ages in hours since a row was written; numbers of rows.
// Thread  plain values.
#pragma once

#include <chrono>
#include <cstdint>

namespace serai::storage {

struct Retention {
  std::chrono::hours answers{48};              // to idempotent calls, for retries
  std::chrono::hours outbox{24 * 30};          // messages that no module takes
  std::chrono::hours journal{24 * 7};          // inputs of entities that cannot be opened
  std::chrono::hours notifications{24 * 90};   // that their players have not deleted
  std::uint32_t player_notifications = 1'000;  // of one player; the newest stay
};

}  // namespace serai::storage
