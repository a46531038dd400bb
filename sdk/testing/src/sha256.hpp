// sha256: FIPS 180-4, for serai.crypto. A test links no OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace serai::testing {

// The 32 bytes of the digest.
std::string sha256(std::string_view bytes);

}  // namespace serai::testing
