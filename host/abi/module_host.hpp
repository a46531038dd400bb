// ModuleHost: the host table that one loaded version is given, and what the host keeps behind it.
//
// Owner   the Generation; it outlives the module's instance.
// Thread  written before the module opens, then read by any.
#pragma once

#include <type_traits>

#include "base/log.hpp"
#include "serai/abi.h"

namespace serai::abi {

struct Generation;

struct ModuleHost {
  serai_host table{};  // first: the pointer that the module shows is one to this
  const Generation* code = nullptr;
  Log log;  // for lines about the version outside handlers
};
static_assert(std::is_standard_layout_v<ModuleHost>);

}  // namespace serai::abi
