#include "runtime/shard/dead_letters.hpp"

#include <string>

namespace serai::runtime {
namespace {

constexpr std::array<std::string_view, kDeadLetters> kNames{"data_of_outsider",
                                                            "data_unhandled",
                                                            "data_refused",
                                                            "send_unknown",
                                                            "send_refused",
                                                            "send_unroutable",
                                                            "event_undeclared",
                                                            "event_unheard"};

}  // namespace

std::string_view name_of(DeadLetter why) { return kNames[static_cast<std::size_t>(why)]; }

DeadLetters::DeadLetters(Metrics& metrics) {
  for (std::size_t i = 0; i < kDeadLetters; ++i) {
    counters_[i] = &metrics.counter("serai_dead_letters_total",
                                    "Messages that reached no receiver, by reason.",
                                    {{"why", std::string(kNames[i])}});
  }
}

}  // namespace serai::runtime
