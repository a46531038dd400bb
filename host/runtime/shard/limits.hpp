// RuntimeLimits: limits of the memory, the writes and the time that one caller can use.
//
// Units   bytes and milliseconds where the names have them; the others are counts. Each limit is a
//         key of the same name in the section "limits" of the configuration.
// Errors  a request that exceeds a limit is refused with resource_exhausted before it has any
//         effect, and counted in serai_refused_total under the name of the limit.
// Thread  plain values: any.
#pragma once

#include <cstdint>

namespace serai::runtime {

struct RuntimeLimits {
  // Limits of one entity.
  std::uint32_t mailbox_messages = 256;  // that wait
  std::uint32_t mailbox_messages_per_caller = 64;
  std::uint32_t entity_timers = 256;
  std::uint32_t state_bytes = 1 << 20;  // as exported

  // Limits of one run of a handler.
  std::uint32_t reply_bytes = 1 << 20;
  std::uint32_t kept_answer_bytes = 64 << 10;  // of an idempotent call, stored for retries
  std::uint32_t run_effects = 1024;            // messages, timers and notifications
  std::uint32_t run_effect_bytes = 4 << 20;

  // Limit of one shard: RecentAnswers.
  std::uint32_t recent_answer_bytes = 32 << 20;

  // Limits of one player, on each shard (PlayerQuotas).
  std::uint32_t player_busy_ms_per_sec = 500;  // in handlers
  std::uint32_t player_written_bytes_per_sec = 4 << 20;
  std::uint32_t player_entities_per_min = 600;            // new entities
  std::uint32_t player_answer_bytes_per_hour = 16 << 20;  // stored for retries
};

}  // namespace serai::runtime
