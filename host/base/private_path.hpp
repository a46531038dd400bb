// keep_private: removes all rights of others than the owner from a file or folder.
//
// The files of the host (accounts and states of players, tokens, copies of code) are for its user
// only. The host runs with umask 077, so what it makes is private from the first moment; this
// function is for what was there before.
//
// Errors  permission_denied: it is open to others, and its rights cannot be changed.
// Thread  any; two system calls.
#pragma once

#include <string>

#include "base/result.hpp"

namespace serai {

// A path where nothing is counts as private.
Result<> keep_private(const std::string& path);

}  // namespace serai
