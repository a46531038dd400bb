// ChunkedBody: reads one body that comes in chunks (RFC 9112, section 7.1).
//
// Each byte is taken once, however the body is cut into pieces. Beast's parser is not used for
// this: it asserts on where pieces end, and clients decide that.
//
// Units   the bounds count bytes: of the body, and of everything else (size lines, trailers). The
//         first kFreeLineBytes of a size line are not counted, so that many small chunks are
//         allowed.
// Errors  body_too_large, lines_too_large, malformed; after an error the reader cannot be used
//         again.
// Thread  the shard's.
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

  // Takes bytes from the front, reports how many, and appends those of the body. It takes all of
  // them, unless the body ends or turns out faulty.
  State put(std::span<const char> input, std::size_t& used, std::string& body);

 private:
  enum class Place : std::uint8_t {
    size,           // hexadecimal digits
    extension,      // the rest of the size line
    size_lf,        // "\n" of the size line
    data,           // of a chunk
    data_cr,        // "\r\n" behind it
    data_lf,        //
    trailer_start,  // the first byte of a line behind the last chunk
    trailer,        // a line there; its content is ignored
    trailer_lf,     //
    end_lf,         // "\n" of the empty line that ends it all
    end,
  };

  bool take_line_byte(char byte);
  bool take_size_digit(char byte);

  static constexpr std::uint32_t kFreeLineBytes = 16;
  static constexpr int kDigitsMax = 16;

  std::uint32_t line_bytes_max_;
  std::uint64_t body_bytes_max_;
  Place place_ = Place::size;
  std::uint64_t chunk_bytes_ = 0;  // still to come of the present chunk
  int digits_ = 0;
  std::uint32_t line_bytes_ = 0;   // of the present line
  std::uint64_t lines_bytes_ = 0;  // of all lines, without the free bytes
};

}  // namespace serai::net
