// TimerCrash: the timer in whose handler the host died the last time. It counts as a try that
// failed, or the next start would run into it at once, again and again.
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
