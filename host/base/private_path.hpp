// keep_private: takes from a file or folder every right that others than its owner have.
//
// What the host keeps (players' accounts and states, tokens, copies of code) is for its user only.
// The host runs with umask 077, so what it makes is so from the first moment; this is for what was
// there before.
//
// Errors  permission_denied: open to others, and its rights are not ours to take.
// Thread  any; two system calls.
#pragma once

#include <string>

#include "base/result.hpp"

namespace serai {

// Nothing under this name counts as private.
Result<> keep_private(const std::string& path);

}  // namespace serai
