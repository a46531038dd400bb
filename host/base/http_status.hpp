// The HTTP status of an error, the same for players and operators.
//
// Source  google.rpc.Code's table, as in the client protocol: failed_precondition is 400.
// Thread  any.
#pragma once

#include "base/result.hpp"

namespace serai {

int http_status(Errc code);

}  // namespace serai
