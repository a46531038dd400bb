// Effects: the actions outside its state that a handler has ordered. They wait in the run until the
// handler has succeeded, so that a failed handler has none.
//
// Owner   the run.
// Thread  the thread that runs the handler.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/uuid.hpp"
#include "model/notification.hpp"
#include "model/outbox_message.hpp"

namespace serai::abi {

struct BroadcastEffect {
  std::int64_t op_code = 0;
  // The bytes that clients receive; in a rehearsal the bytes that the module gave.
  std::string data;
  std::optional<std::vector<Uuid>> targets;  // session ids; none: everybody in the match
};

struct KickEffect {
  Uuid session_id;
};

using OutsideEffect = std::variant<BroadcastEffect, KickEffect, OutboxMessage, Notification>;

struct TimerChange {
  std::uint64_t id = 0;
  bool set = false;         // false: the timer is cancelled
  std::int64_t due_ms = 0;  // Unix time
  std::string handler;
  std::string payload;
};

struct Effects {
  std::vector<OutsideEffect> outside;  // carried out in this order
  std::vector<TimerChange> timers;
  std::optional<std::string> label;
  bool close = false;

  void clear() {
    outside.clear();
    timers.clear();
    label.reset();
    close = false;
  }
};

}  // namespace serai::abi
