#include "storage/cursor.hpp"

#include <cstdint>

namespace serai::storage {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string encode_cursor(char tag, std::string_view place) {
  std::string plain(1, tag);
  plain += place;
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : plain) {
    bits = (bits << 8) | static_cast<std::uint8_t>(c);
    held += 8;
    while (held >= 6) {
      held -= 6;
      out += kDigits[(bits >> held) & 63];
    }
  }
  if (held > 0) out += kDigits[(bits << (6 - held)) & 63];
  return out;
}

std::optional<std::string> decode_cursor(char tag, std::string_view cursor) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : cursor) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> held) & 255);
  }
  if (out.empty() || out.front() != tag || encode_cursor(tag, out.substr(1)) != cursor) {
    return std::nullopt;
  }
  return out.substr(1);
}

}  // namespace serai::storage
