// Errors that are the host's fault and not the caller's: logged as warnings, and shown to clients
// without their text.
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
