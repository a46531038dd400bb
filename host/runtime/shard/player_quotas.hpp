// PlayerQuotas: what each player has used of a shard lately: time in handlers, bytes written,
// entities made, answers kept. Who has used up a quota is refused before a handler runs, until it
// has refilled.
//
// Units   microseconds, bytes, pieces. A quota refills steadily. At once may be used: four seconds'
//         worth of time, two of bytes, all of a minute's or an hour's. One use may go beyond it: it
//         is paid for by waiting. A single call counts for no more time than may be used at once.
// Bound   kPlayersMax players are remembered; those unseen longest are forgotten, and begin anew.
// Cost    charge() is one look into a table; over() is none while nobody is over.
// Thread  the shard's: a player whose messages reach several shards has the quota on each of them.
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

  // A nil player, a server or the game itself, has no quota.
  void charge(const Uuid& player, Use use, double amount, std::int64_t now_us);

  struct Over {
    Bound bound{};
    std::int64_t wait_ms = 0;
  };
  // Set while the player has to wait.
  std::optional<Over> over(const Uuid& player, const Clock& clock);
  // Forgets who need not wait any more.
  void sweep(std::int64_t now_us);

 private:
  static constexpr std::size_t kUses = 4;
  struct Quota {
    Bound bound{};
    double per_us = 0;
    double burst = 0;
  };
  struct Account {
    std::array<double, kUses> used{};
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
