// UTF-8: validates, counts and cuts texts. The check is strict: no overlong forms, no surrogates,
// nothing above U+10FFFF.
//
// Source  RFC 3629.
// Thread  any; pure functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace serai {

struct ByteRange {
  unsigned char low;
  unsigned char high;
  bool has(unsigned char byte) const { return low <= byte && byte <= high; }
};

// The bytes that may follow the first byte of a sequence (Unicode 15, table 3-7). The narrower
// ranges exclude overlong forms, surrogates and characters above U+10FFFF.
inline ByteRange utf8_second_byte(unsigned char first) {
  switch (first) {
    case 0xe0:
      return {0xa0, 0xbf};
    case 0xed:
      return {0x80, 0x9f};
    case 0xf0:
      return {0x90, 0xbf};
    case 0xf4:
      return {0x80, 0x8f};
    default:
      return {0x80, 0xbf};
  }
}

// The number of bytes of the first character. The text must not be empty. 0: it does not begin with
// a valid sequence.
inline std::size_t utf8_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  }
  return utf8_second_byte(first).has(byte(1)) ? length : 0;
}

bool is_utf8(std::string_view text);

// The number of characters in a valid text.
std::size_t utf8_characters(std::string_view text);

// The longest valid prefix of at most `bytes_max` bytes. A valid text is cut between two
// characters.
std::string_view utf8_front(std::string_view text, std::size_t bytes_max);

}  // namespace serai
