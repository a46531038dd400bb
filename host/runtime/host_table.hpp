// The tables of abi.h as this host fills them.
//
// Thread  as tagged in abi.h. Functions that need a call refuse a null one with
// SERAI_INVALID_ARGUMENT.
#pragma once

#include "base/log.hpp"
#include "serai/abi.h"

namespace serai {

// Lives as long as the process.
const serai_host& host_table();

// Where log lines without a call go. Set once, before the first module opens.
void set_host_table_log(Log log);

}  // namespace serai
