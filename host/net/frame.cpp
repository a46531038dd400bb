#include "net/frame.hpp"

#include <algorithm>
#include <cstring>

#include "base/utf8.hpp"

namespace serai::net {
namespace {

constexpr std::size_t kControlBytesMax = 125;
constexpr std::size_t kMaskBytes = 4;
constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMasked = 0x80;

std::uint8_t byte_at(std::span<const char> input, std::size_t at) {
  return static_cast<std::uint8_t>(input[at]);
}

std::uint64_t big_endian(std::span<const char> bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

bool is_opcode(std::uint8_t opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

// RFC 6455, 7.4: codes that may appear on the wire.
bool may_be_sent(std::uint16_t code) {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

// RFC 6455, 5.2: the shortest form of a length must be used.
bool is_shortest(std::uint8_t length_form, std::uint64_t length) {
  return length_form == 126 ? length > kControlBytesMax : length > 0xffff;
}

}  // namespace

FrameParse parse_frame_head(std::span<const char> input, FrameHead& head) {
  if (input.size() < 2) return FrameParse::more;
  const std::uint8_t first = byte_at(input, 0);
  const std::uint8_t second = byte_at(input, 1);
  const auto opcode = static_cast<std::uint8_t>(first & 0x0f);
  if ((first & kReserved) != 0 || !is_opcode(opcode) || (second & kMasked) == 0) {
    return FrameParse::bad;
  }
  head.opcode = static_cast<Opcode>(opcode);
  head.is_final = (first & kFinal) != 0;

  const auto form = static_cast<std::uint8_t>(second & 0x7f);
  if (is_control(head.opcode) && (form > kControlBytesMax || !head.is_final))
    return FrameParse::bad;
  const std::size_t extended = form == 126 ? 2 : form == 127 ? 8 : 0;
  head.head_bytes = 2 + extended + kMaskBytes;
  if (input.size() < head.head_bytes) return FrameParse::more;
  head.payload_bytes = form;
  if (extended != 0) {
    head.payload_bytes = big_endian(input.subspan(2, extended));
    if (!is_shortest(form, head.payload_bytes) || head.payload_bytes >> 63 != 0) {
      return FrameParse::bad;
    }
  }
  std::memcpy(&head.mask, input.data() + 2 + extended, kMaskBytes);
  return FrameParse::ok;
}

void unmask(std::span<char> payload, std::uint32_t mask) {
  const std::uint64_t wide = static_cast<std::uint64_t>(mask) << 32 | mask;
  char* at = payload.data();
  std::size_t left = payload.size();
  for (; left >= sizeof wide; at += sizeof wide, left -= sizeof wide) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    word ^= wide;
    std::memcpy(at, &word, sizeof word);
  }
  char key[sizeof mask];
  std::memcpy(key, &mask, sizeof mask);
  for (std::size_t i = 0; i < left; ++i) at[i] = static_cast<char>(at[i] ^ key[i % sizeof key]);
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  char head[10];
  std::size_t size = 2;
  head[0] = static_cast<char>(kFinal | static_cast<std::uint8_t>(opcode));
  if (payload.size() <= kControlBytesMax) {
    head[1] = static_cast<char>(payload.size());
  } else {
    const std::size_t extended = payload.size() <= 0xffff ? 2 : 8;
    head[1] = extended == 2 ? 126 : 127;
    for (std::size_t i = 0; i < extended; ++i) {
      head[2 + i] = static_cast<char>(payload.size() >> (8 * (extended - 1 - i)) & 0xff);
    }
    size += extended;
  }
  out.append(head, size).append(payload);
}

void append_close_frame(std::string& out, std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  append_frame(out, Opcode::close, payload.append(utf8_front(reason, kControlBytesMax - 2)));
}

std::optional<std::uint16_t> parse_close(std::string_view payload) {
  if (payload.empty()) return 0;
  if (payload.size() < 2) return std::nullopt;
  const auto code = static_cast<std::uint16_t>(big_endian({payload.data(), 2}));
  if (!may_be_sent(code) || !is_utf8(payload.substr(2))) return std::nullopt;
  return code;
}

}  // namespace serai::net
