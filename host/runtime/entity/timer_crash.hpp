// TimerCrash: the timer in whose handler the host last died. The crash counts as a failed try.
// Otherwise every start would run the handler at once and die again.
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
  std::string signal;
};

}  // namespace serai::runtime
