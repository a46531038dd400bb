// WaitingTimers: the timers that wait to go off, as operators see them.
//
// Bound   the list has the first `max` timers; the counts include all.
// Thread  plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/entity_id.hpp"

namespace serai::runtime {

struct WaitingTimer {
  std::string module;
  EntityId entity;
  std::uint64_t id = 0;  // among its entity's timers
  std::string handler;
  std::int64_t due_ms = 0;  // Unix
  std::uint32_t tries = 0;  // that failed
  std::string error;        // why the last one failed
};

struct WaitingTimers {
  std::vector<WaitingTimer> first;  // those that failed most often, then those due soonest
  std::uint64_t count = 0;          // all that wait
  std::uint64_t failed = 0;         // of these, those that failed at least once
  std::uint32_t shards_missing = 0;

  // Counts a timer. True: it may be among the first `max`, so list() it.
  bool count_in(std::uint32_t tries, std::int64_t due_ms, std::size_t max);
  void list(WaitingTimer&& timer, std::size_t max);
  void add(WaitingTimers&& part);
  void keep_first(std::size_t max);  // sorts the list
};

}  // namespace serai::runtime
