// PlayerQuotas: measures each player's use of a shard: time in handlers, bytes written, entities
// opened, bytes of answers stored. A player who has used up a quota is refused before a handler
// runs, until the quota has refilled.
//
// Units   microseconds, bytes, counts. A quota is a token bucket: it refills at the rate of the
//         limit. The burst, which may be used at once, is four seconds of time, two seconds of
//         bytes, one minute of entities, one hour of answers. One use may exceed the burst; the
//         player then waits longer. A single call counts for no more time than the burst.
// Bound   kPlayersMax players. The players charged longest ago are dropped, and start again with
//         full quotas.
// Cost    charge() is one look-up; over() is none while no player is over a quota.
// Thread  the shard's. A player whose messages reach several shards has the quota on each of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/recent_map.hpp"
#include "base/uuid.hpp"
#include "runtime/shard/limits.hpp"
#include "runtime/shard/refusals.hpp"

namespace serai::runtime {

class PlayerQuotas {
 public:
  enum class Use : std::uint8_t { busy_us, written_bytes, entities, answer_bytes };
  static constexpr std::size_t kPlayersMax = 65'536;

  explicit PlayerQuotas(const RuntimeLimits& limits);

  // Adds a use, in the unit of its name. A nil player (a server, or the game itself) has no quota.
  void charge(const Uuid& player, Use use, double amount, std::int64_t now_us);

  struct Over {
    Bound bound{};             // of the quota that is used up
    std::int64_t wait_ms = 0;  // until the player is admitted again
  };
  // None: the player is within all quotas.
  std::optional<Over> over(const Uuid& player, const Clock& clock);
  // Removes the players whose wait has ended. Call now and then.
  void sweep(std::int64_t now_us);

 private:
  static constexpr std::size_t kUses = 4;
  struct Quota {
    Bound bound{};
    double per_us = 0;  // refill
    double burst = 0;
  };
  struct Account {
    std::array<double, kUses> used{};  // at the time `at_us`
    std::int64_t at_us = 0;
  };
  struct Blocked {
    Bound bound{};
    std::int64_t until_us = 0;
  };

  std::array<Quota, kUses> quotas_;
  RecentMap<Uuid, Account> accounts_;
  std::unordered_map<Uuid, Blocked> blocked_;
};

}  // namespace serai::runtime
