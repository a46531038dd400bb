// Compression: gzip and deflate (the zlib form; raw deflate is read as well), with a bound on what
// comes out.
//
// Errors  inflate: resource_exhausted (over the bound), invalid_argument (broken data).
// Thread  any; the state of the compressor is kept per thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/response_head.hpp"

namespace serai {

// A body that does not begin as its encoding does comes back unchanged.
Result<std::string> inflate_body(std::string&& body, Encoding encoding, std::size_t bytes_max);

// Empty when compressing failed or did not make it smaller.
std::string deflate_body(std::string_view body, Encoding encoding);

}  // namespace serai
