// HostExtensions: the tables of serai/ext/ as this host fills them.
//
// Thread  as tagged in the headers. Functions that need a call refuse a null one with
//         SERAI_INVALID_ARGUMENT.
#pragma once

#include <string_view>

namespace serai::abi {

// Lives as long as the process; null when this host has none with the id.
const void* find_extension(std::string_view id);

}  // namespace serai::abi
