// HostTable: the functions of serai_host as this host fills them. Each loaded version is given a
// copy of the table: ModuleHost.
//
// Thread  as tagged in abi.h. Functions that need a call refuse a null one with
//         SERAI_INVALID_ARGUMENT.
#pragma once

#include "serai/abi.h"

namespace serai::abi {

// Lives as long as the process.
const serai_host& host_table();

}  // namespace serai::abi
