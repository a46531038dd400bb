// Compression: gzip and deflate (the zlib form; raw deflate is read too). The unpacked size is
// bounded.
//
// Errors  inflate: resource_exhausted (over the bound), invalid_argument (broken data).
// Thread  any; each thread has a compressor of its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/response_head.hpp"

namespace serai::net {

// A body that does not begin the way its encoding does is returned unchanged.
Result<std::string> inflate_body(std::string&& body, Encoding encoding, std::size_t bytes_max);

// Empty when compressing failed, or did not make it smaller.
std::string deflate_body(std::string_view body, Encoding encoding);

}  // namespace serai::net
