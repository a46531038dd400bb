// Loopback addresses: a socket that listens on one can be reached from this machine only.
//
// Thread  any; pure.
#pragma once

#include <string_view>

namespace serai {

// `address` is an IP address or a name, without a port.
constexpr bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

}  // namespace serai
