#include "runtime/shard/player_quotas.hpp"

#include <algorithm>
#include <utility>

namespace serai::runtime {

PlayerQuotas::PlayerQuotas(const RuntimeLimits& limits) : accounts_(kPlayersMax) {
  const double busy_us = 1e3 * limits.player_busy_ms_per_sec;
  const double written = limits.player_written_bytes_per_sec;
  const double entities = limits.player_entities_per_min;
  const double answers = limits.player_answer_bytes_per_hour;
  quotas_ = {{{Bound::player_busy_ms_per_sec, busy_us / 1e6, 4 * busy_us},
              {Bound::player_written_bytes_per_sec, written / 1e6, 2 * written},
              {Bound::player_entities_per_min, entities / 60e6, entities},
              {Bound::player_answer_bytes_per_hour, answers / 3600e6, answers}}};
}

void PlayerQuotas::charge(const Uuid& player, Use use, double amount, std::int64_t now_us) {
  if (player.is_nil()) return;
  Account& account = accounts_.at(player);
  const auto elapsed_us = static_cast<double>(now_us - std::exchange(account.at_us, now_us));
  for (std::size_t i = 0; i < kUses; ++i) {
    const double refilled = elapsed_us * quotas_[i].per_us;
    account.used[i] = std::max(0.0, account.used[i] - refilled);
  }
  const Quota& quota = quotas_[static_cast<std::size_t>(use)];
  double& used = account.used[static_cast<std::size_t>(use)];
  // A call is charged no more than the burst: a handler that hangs is its module's fault.
  used += use == Use::busy_us ? std::min(amount, quota.burst) : amount;
  // Entities are counted in whole numbers: a player is over the quota when one more entity would
  // exceed the burst, because the next check comes before that entity is charged.
  const double room = use == Use::entities ? quota.burst - 1 : quota.burst;
  if (used <= room) return;
  const std::int64_t until_us = now_us + static_cast<std::int64_t>((used - room) / quota.per_us);
  Blocked& blocked = blocked_[player];
  if (until_us > blocked.until_us) blocked = {quota.bound, until_us};
}

std::optional<PlayerQuotas::Over> PlayerQuotas::over(const Uuid& player, const Clock& clock) {
  if (blocked_.empty()) return std::nullopt;
  const auto found = blocked_.find(player);
  if (found == blocked_.end()) return std::nullopt;
  const std::int64_t wait_us = found->second.until_us - clock.steady_us();
  if (wait_us <= 0) return std::nullopt;
  return Over{found->second.bound, (wait_us + 999) / 1000};
}

void PlayerQuotas::sweep(std::int64_t now_us) {
  std::erase_if(blocked_, [now_us](const auto& one) { return one.second.until_us <= now_us; });
}

}  // namespace serai::runtime
