// Dead letters: counts of messages that nobody took, by reason.
//
// Each is also logged (message.dead_letter), at debug level, because one client or one handler can
// cause thousands a second.
//
// Thread  any: a counter is one atomic.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/metrics.hpp"

namespace serai::runtime {

enum class DeadLetter : std::uint8_t {
  data_of_outsider,  // match data from a player who is not in the match
  data_unhandled,    // match data with an op code that no handler has
  data_refused,      // match data that its handler refused, or that found no room
  send_unknown,      // sent to an entity that does not exist
  send_refused,      // sent, and refused by the handler
  send_unroutable,   // sent to a handler that no version serves any more
  event_undeclared,  // pushed under an op code that the module does not declare; sent all the same
  event_unheard,     // pushed to players of whom none is in the match
};
inline constexpr std::size_t kDeadLetters = 8;

std::string_view name_of(DeadLetter why);

class DeadLetters {
 public:
  explicit DeadLetters(Metrics& metrics);

  void count(DeadLetter why) { counters_[static_cast<std::size_t>(why)]->add(); }

 private:
  std::array<Counter*, kDeadLetters> counters_{};
};

}  // namespace serai::runtime
