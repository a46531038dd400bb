// HostTable: the host's implementation of serai_host. Each loaded version gets a copy of the table
// in its ModuleHost.
//
// Errors  a function that needs a call refuses a null one with SERAI_INVALID_ARGUMENT.
// Thread  host_table(): any. The functions have the thread tags of abi.h.
// Owner   the table lives as long as the process.
#pragma once

#include "serai/abi.h"

namespace serai::abi {

const serai_host& host_table();

}  // namespace serai::abi
