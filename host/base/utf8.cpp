#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace serai {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::uint64_t word = 0;
    if (text.size() >= 8) std::memcpy(&word, text.data(), 8);
    const bool ascii = text.size() >= 8 && (word & 0x8080808080808080ULL) == 0;
    const std::size_t length = ascii ? 8 : utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::size_t utf8_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string_view utf8_front(std::string_view text, std::size_t bytes_max) {
  text = text.substr(0, bytes_max);
  while (!is_utf8(text)) text.remove_suffix(1);
  return text;
}

}  // namespace serai
