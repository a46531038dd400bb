// The tables of abi.h as this host fills them.
//
// Thread  as tagged in abi.h. Functions that need a call refuse a null one with
//         SERAI_INVALID_ARGUMENT.
#pragma once

#include "serai/abi.h"

namespace serai {

// Lives as long as the process.
const serai_host& host_table();

}  // namespace serai
