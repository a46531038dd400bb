#include "base/json_text.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace serai {
namespace {

constexpr char kHex[] = "0123456789abcdef";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

void append_escape(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

// No form longer than needed, no surrogates, nothing above U+10FFFF.
bool second_fits(unsigned char first, unsigned char second) {
  const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  return low <= second && second <= high;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  return second_fits(first, static_cast<unsigned char>(text[1])) ? length : 0;
}

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

void append_json_string(std::string_view text, std::string& out) {
  out.reserve(out.size() + text.size() + 2);
  out += '"';
  std::size_t start = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_plain(text[at])) {
      ++at;
      continue;
    }
    const bool ascii = static_cast<unsigned char>(text[at]) < 0x80;
    const std::size_t length = ascii ? 0 : utf8_length(text.substr(at));
    if (length > 0) {
      at += length;
      continue;
    }
    out.append(text, start, at - start);
    if (ascii) {
      append_escape(text[at], out);
    } else {
      out += "\xef\xbf\xbd";
    }
    start = ++at;
  }
  out.append(text, start, text.size() - start);
  out += '"';
}

}  // namespace serai
