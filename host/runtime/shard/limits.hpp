// RuntimeLimits: what one caller may make the runtime keep, write and run.
//
// Units   bytes and milliseconds where the names have them; the others are counts. Each limit has
//         its key in the section "limits" of the configuration.
// Errors  what exceeds a limit is refused with resource_exhausted before it has any effect, and
//         counted in serai_refused_total under the name of the key.
#pragma once

#include <cstdint>

namespace serai::runtime {

struct RuntimeLimits {
  // Of one entity: waiting messages, in all and of one caller; timers; its stored state.
  std::uint32_t mailbox_messages = 256;
  std::uint32_t mailbox_messages_per_caller = 64;
  std::uint32_t entity_timers = 256;
  std::uint32_t state_bytes = 1 << 20;

  // Of one run of a handler: its answer; the answer of an idempotent call, which is kept for
  // retries; messages, timers and notifications, and the bytes in them.
  std::uint32_t reply_bytes = 1 << 20;
  std::uint32_t kept_answer_bytes = 64 << 10;
  std::uint32_t run_effects = 1024;
  std::uint32_t run_effect_bytes = 4 << 20;

  // Answers to idempotent calls that one shard keeps in memory.
  std::uint32_t recent_answer_bytes = 32 << 20;

  // Of one player, on each shard.
  std::uint32_t player_busy_ms_per_sec = 500;
  std::uint32_t player_written_bytes_per_sec = 4 << 20;
  std::uint32_t player_entities_per_min = 600;
  std::uint32_t player_answer_bytes_per_hour = 16 << 20;  // kept for retries
};

}  // namespace serai::runtime
