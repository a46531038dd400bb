// Effects: what a handler wants done outside its state, held back until it has succeeded.
//
// Owner   the run; cleared when it fails.
// Thread  the shard's.
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
  std::string data;                          // as clients get it
  std::optional<std::vector<Uuid>> targets;  // none: everybody
};

struct KickEffect {
  Uuid session_id;
};

using OutsideEffect = std::variant<BroadcastEffect, KickEffect, OutboxMessage, Notification>;

struct TimerChange {
  std::uint64_t id = 0;
  bool set = false;  // else cancelled
  std::int64_t due_ms = 0;
  std::string handler;
  std::string payload;
};

struct Effects {
  std::vector<OutsideEffect> outside;  // released in this order
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
