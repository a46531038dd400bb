#include "net/chunked_body.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/hex.hpp"

namespace serai::net {
namespace {

// The characters of a line: text and tabs. Only "\r\n" ends a line.
bool is_line_text(char byte) { return !is_control(byte) || byte == '\t'; }

}  // namespace

ChunkedBody::State ChunkedBody::put(std::span<const char> input,
                                    std::size_t& used,
                                    std::string& body) {
  used = 0;
  while (used < input.size()) {
    if (place_ == Place::data) {
      const auto rest = input.subspan(used);
      const auto size =
          static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes_, rest.size()));
      body.append(rest.data(), size);
      used += size;
      chunk_bytes_ -= size;
      if (chunk_bytes_ == 0) place_ = Place::data_cr;
      continue;
    }
    if (!take_line_byte(input[used])) return State::malformed;
    ++used;
    if (place_ == Place::end) return State::done;
    if (lines_bytes_ > line_bytes_max_) return State::lines_too_large;
    if (chunk_bytes_ > body_bytes_max_ - std::min<std::uint64_t>(body.size(), body_bytes_max_)) {
      return State::body_too_large;
    }
  }
  return State::more;
}

// Takes one byte outside the chunks' data. False: the byte is not allowed at this place.
bool ChunkedBody::take_line_byte(char byte) {
  if (++line_bytes_ > kFreeLineBytes) ++lines_bytes_;
  const auto ends_line = [&](char wanted, Place next) {
    if (byte != wanted) return false;
    place_ = next;
    return true;
  };
  switch (place_) {
    case Place::size:
      return take_size_digit(byte);
    case Place::extension:
      return is_line_text(byte) || ends_line('\r', Place::size_lf);
    case Place::size_lf:
      line_bytes_ = 0;
      return ends_line('\n', chunk_bytes_ != 0 ? Place::data : Place::trailer_start);
    case Place::data_cr:
      return ends_line('\r', Place::data_lf);
    case Place::data_lf:
      line_bytes_ = 0;
      digits_ = 0;
      return ends_line('\n', Place::size);
    case Place::trailer_start:
      if (ends_line('\r', Place::end_lf)) return true;
      place_ = Place::trailer;
      return is_line_text(byte);
    case Place::trailer:
      return is_line_text(byte) || ends_line('\r', Place::trailer_lf);
    case Place::trailer_lf:
      // line_bytes_ is not reset, so the free bytes are granted once for all trailers.
      return ends_line('\n', Place::trailer_start);
    case Place::end_lf:
      return ends_line('\n', Place::end);
    case Place::data:
    case Place::end:
      break;
  }
  return false;
}

bool ChunkedBody::take_size_digit(char byte) {
  if (const int digit = hex_value(byte); digit >= 0) {
    chunk_bytes_ = chunk_bytes_ << 4 | static_cast<std::uint64_t>(digit);
    return ++digits_ <= kDigitsMax;
  }
  if (digits_ == 0) return false;
  if (byte == '\r') {
    place_ = Place::size_lf;
    return true;
  }
  place_ = Place::extension;
  return byte == ';' || byte == ' ' || byte == '\t';
}

}  // namespace serai::net
