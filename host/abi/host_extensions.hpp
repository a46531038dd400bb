// HostExtensions: the host's implementation of the extensions in serai/ext/.
//
// Errors  a function that needs a call refuses a null one with SERAI_INVALID_ARGUMENT.
// Thread  find_extension(): any. The functions have the thread tags of their headers.
// Owner   the tables live as long as the process.
#pragma once

#include <string_view>

namespace serai::abi {

// The table of the extension with this id; null when the host has no such extension.
const void* find_extension(std::string_view id);

}  // namespace serai::abi
