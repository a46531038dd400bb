// sha256: FIPS 180-4, for the promise a caravan is given at its departure. A module may not link
// OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace trade {

// The digest in lower-case hex.
std::string sha256_hex(std::string_view bytes);

// The eight bytes of a number, highest first.
std::string big_endian(unsigned long long number);

std::string hex(std::string_view bytes);

}  // namespace trade
