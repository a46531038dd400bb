// HTTP status of an error. Players and operators get the same one.
//
// Source  the mapping in google/rpc/code.proto, which the client protocol uses too:
//         failed_precondition is 400.
// Thread  any; pure.
#pragma once

#include "base/result.hpp"

namespace serai {

int http_status(Errc code);

}  // namespace serai
