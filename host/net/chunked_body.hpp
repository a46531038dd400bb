// ChunkedBody: reads one body that comes in chunks (RFC 9112, section 7.1).
//
// Each byte is taken once, wherever the input is cut into pieces. Beast's parser is not used,
// because its assertions depend on where the pieces end, and clients decide that.
//
// Units   the bounds are bytes: of the body, and of everything else (size lines, trailers). The
//         first kFreeLineBytes of a size line are not counted, so that many small chunks are
//         allowed.
// Errors  body_too_large, lines_too_large, malformed. After an error the reader cannot be used
//         again.
// Thread  the shard's.
// Owner   HttpParser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace serai::net {

class ChunkedBody {
 public:
  enum class State : std::uint8_t { more, done, lines_too_large, body_too_large, malformed };

  ChunkedBody(std::uint32_t line_bytes_max, std::uint64_t body_bytes_max)
      : line_bytes_max_(line_bytes_max), body_bytes_max_(body_bytes_max) {}

  // Takes bytes from the front of `input`, sets `used` to their number, and appends those of the
  // body to `body`. It takes all of them, unless the body ends or has an error.
  State put(std::span<const char> input, std::size_t& used, std::string& body);

 private:
  enum class Place : std::uint8_t {
    size,           // hexadecimal digits
    extension,      // the rest of the size line
    size_lf,        // "\n" of the size line
    data,           // the bytes of a chunk
    data_cr,        // "\r" after them
    data_lf,        // "\n" after them
    trailer_start,  // the first byte of a line after the last chunk
    trailer,        // the rest of such a line; its content is ignored
    trailer_lf,     // "\n" of such a line
    end_lf,         // "\n" of the empty line that ends the body
    end,
  };

  bool take_line_byte(char byte);
  bool take_size_digit(char byte);

  static constexpr std::uint32_t kFreeLineBytes = 16;
  static constexpr int kDigitsMax = 16;

  std::uint32_t line_bytes_max_;
  std::uint64_t body_bytes_max_;
  Place place_ = Place::size;
  std::uint64_t chunk_bytes_ = 0;  // bytes of the current chunk that are still to come
  int digits_ = 0;                 // of the current size line
  std::uint32_t line_bytes_ = 0;   // of the current line
  std::uint64_t lines_bytes_ = 0;  // of all lines, without the free bytes
};

}  // namespace serai::net
