// keep_private: leaves only the owner rights to a file or folder.
//
// The files of the host (accounts and states of players, tokens, copies of code) are for its user
// only. The host runs with umask 077, so what it creates is private from the first moment. This
// function is for files that were there before.
//
// Errors  permission_denied: others have rights to it, and these cannot be changed.
// Thread  any; two system calls.
#pragma once

#include <string>

#include "base/result.hpp"

namespace serai {

// A path where nothing is counts as private.
Result<> keep_private(const std::string& path);

}  // namespace serai
