// WaitingTimers: the timers that are set, for operators (host ctl timers).
//
// Bound   the list has `max` timers; the counts include all.
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
  std::uint64_t id = 0;  // unique in the entity
  std::string handler;
  std::int64_t due_ms = 0;  // Unix
  std::uint32_t tries = 0;  // failed ones
  std::string error;        // the reason of the last failure
};

struct WaitingTimers {
  std::vector<WaitingTimer> first;   // the most often failed first, then the soonest due
  std::uint64_t count = 0;           // all timers
  std::uint64_t failed = 0;          // timers that have failed at least once
  std::uint32_t shards_missing = 0;  // shards that did not answer in time

  // Counts a timer. True: it may be among the first `max`, so the caller must list() it. The two
  // calls are separate so that a timer's texts are copied only when it is listed.
  bool count_in(std::uint32_t tries, std::int64_t due_ms, std::size_t max);
  void list(WaitingTimer&& timer, std::size_t max);
  // Adds the list and the counts of another shard.
  void add(WaitingTimers&& part);
  // Sorts the list and drops all but the first `max`. Call once, at the end.
  void keep_first(std::size_t max);
};

}  // namespace serai::runtime
