// ModuleHost: the host table of one loaded version, and the host's own data behind it.
//
// Owner   the Generation, which outlives the module's instance.
// Thread  any, for reading. It is written before the module opens.
#pragma once

#include <type_traits>

#include "base/log.hpp"
#include "serai/abi.h"

namespace serai::abi {

struct Generation;

struct ModuleHost {
  serai_host table{};  // first, so that the module's pointer to it is one to this struct
  const Generation* code = nullptr;
  Log log;  // for the version's lines outside handlers
};
static_assert(std::is_standard_layout_v<ModuleHost>);

}  // namespace serai::abi
