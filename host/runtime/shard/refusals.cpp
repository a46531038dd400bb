#include "runtime/shard/refusals.hpp"

namespace serai::runtime {
namespace {

constexpr std::array<std::string_view, kBounds> kBoundNames{"mailbox_messages",
                                                            "mailbox_messages_per_caller",
                                                            "entity_timers",
                                                            "state_bytes",
                                                            "reply_bytes",
                                                            "kept_answer_bytes",
                                                            "run_effects",
                                                            "run_effect_bytes",
                                                            "player_busy_ms_per_sec",
                                                            "player_written_bytes_per_sec",
                                                            "player_entities_per_min",
                                                            "player_answer_bytes_per_hour"};

}  // namespace

std::string_view name_of(Bound bound) { return kBoundNames[static_cast<std::size_t>(bound)]; }

Refusals::Refusals(Metrics& metrics) {
  for (std::size_t i = 0; i < kBounds; ++i) {
    counters_[i] =
        &metrics.counter("serai_refused_total",
                         "Requests refused because of a limit, by the name of the limit.",
                         {{"limit", std::string(kBoundNames[i])}});
  }
}

Error Refusals::count(Bound bound, std::string_view text) {
  counters_[static_cast<std::size_t>(bound)]->add();
  return {Errc::resource_exhausted,
          std::string(text) + " (limits." + std::string(name_of(bound)) + ")"};
}

}  // namespace serai::runtime
