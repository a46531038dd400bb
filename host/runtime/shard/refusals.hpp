// Refusals: the errors of requests that exceed a limit, and their counts (serai_refused_total).
//
// Thread  any: a counter is one atomic.
// Owner   borrows the counters of Metrics.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/metrics.hpp"
#include "base/result.hpp"

namespace serai::runtime {

// The limits. Each has the name of its key in the section "limits" of the configuration.
enum class Bound : std::uint8_t {
  mailbox_messages,
  mailbox_messages_per_caller,
  entity_timers,
  state_bytes,
  reply_bytes,
  kept_answer_bytes,
  run_effects,
  run_effect_bytes,
  player_busy_ms_per_sec,
  player_written_bytes_per_sec,
  player_entities_per_min,
  player_answer_bytes_per_hour,
};
inline constexpr std::size_t kBounds = 12;

std::string_view name_of(Bound bound);

class Refusals {
 public:
  explicit Refusals(Metrics& metrics);

  // Counts a refusal and returns its error: resource_exhausted, "<text> (limits.<name>)".
  Error count(Bound bound, std::string_view text);

 private:
  std::array<Counter*, kBounds> counters_{};
};

}  // namespace serai::runtime
