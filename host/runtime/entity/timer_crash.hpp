// TimerCrash: the timer in whose handler the host has crashed last, from the crash report. The
// crash counts as a failed try. Otherwise every start would run the handler at once and crash
// again.
//
// Thread  plain value.
#pragma once

#include <cstdint>
#include <string>

#include "model/entity_id.hpp"

namespace serai::runtime {

struct TimerCrash {
  EntityId entity;
  std::uint64_t timer = 0;
  std::string signal;  // "SIGSEGV"
};

}  // namespace serai::runtime
