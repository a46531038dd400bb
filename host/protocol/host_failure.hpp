// is_host_failure: true for errors that are the fault of the host and not of the caller. They are
// logged as warnings, and clients get them without their text.
//
// Thread  any.
#pragma once

#include "base/result.hpp"

namespace serai::protocol {

inline bool is_host_failure(Errc code) {
  return code == Errc::internal || code == Errc::unknown || code == Errc::data_loss ||
         code == Errc::unavailable;
}

}  // namespace serai::protocol
