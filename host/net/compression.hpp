// Compression: packs and unpacks bodies as gzip (RFC 1952) or deflate (RFC 1950). Raw deflate (RFC
// 1951) can be unpacked, too.
//
// Units   bytes_max: the largest size of the unpacked body in bytes.
// Errors  inflate_body(): resource_exhausted above bytes_max, invalid_argument for malformed data.
// Thread  any; each thread has a compressor of its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/response_head.hpp"

namespace serai::net {

// Unpacks a body. A body whose encoding is gzip, but which does not begin as gzip does, is returned
// unchanged.
Result<std::string> inflate_body(std::string&& body, Encoding encoding, std::size_t bytes_max);

// Packs a body. Empty when that failed or did not make the body smaller.
std::string deflate_body(std::string_view body, Encoding encoding);

}  // namespace serai::net
