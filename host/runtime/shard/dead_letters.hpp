// DeadLetters: counts the messages that reached no receiver, by reason (serai_dead_letters_total).
//
// The callers also log each message (message.dead_letter), at debug level only, because one client
// or one handler can cause thousands a second.
//
// Thread  any: a counter is one atomic.
// Owner   borrows the counters of Metrics.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/metrics.hpp"

namespace serai::runtime {

enum class DeadLetter : std::uint8_t {
  data_of_outsider,  // match data from a player who is not in the match
  data_unhandled,    // match data with an op code that no handler has
  data_refused,      // match data that its handler refused, or that found the mailbox full
  send_unknown,      // a message of an entity to an entity that does not exist
  send_refused,      // a message of an entity that the receiving handler refused
  send_unroutable,   // a message of an entity to a handler that no serving generation has
  event_undeclared,  // an event with an op code that its module does not declare; it is still sent
  event_unheard,     // an event for listed players, none of whom is in the match
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
