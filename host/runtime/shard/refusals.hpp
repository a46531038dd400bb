// Refusals: names, texts and counts of refusals for exceeding a bound.
//
// Thread  any: a counter is one atomic.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/metrics.hpp"
#include "base/result.hpp"

namespace serai::runtime {

// Each is named like its key in the section "limits" of the configuration.
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

  // Counts a refusal and returns its error: "<what> (limits.<name>)".
  Error count(Bound bound, std::string_view what);

 private:
  std::array<Counter*, kBounds> counters_{};
};

}  // namespace serai::runtime
