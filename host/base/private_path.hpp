// keep_private: takes all rights to a file or folder from its group and from others.
//
// The files of the host (accounts and states of players, tokens, copies of code) are for its user
// only. The host runs with umask 077, so a file that it creates is private from the first moment.
// This function is for files that existed before.
//
// Errors  permission_denied: others have rights to the path, and the host cannot remove them.
// Thread  any; two system calls.
#pragma once

#include <string>

#include "base/result.hpp"

namespace serai {

// A path that does not exist counts as private.
Result<> keep_private(const std::string& path);

}  // namespace serai
