// Frame: WebSocket framing (RFC 6455) for a server. Reading is strict: only masked frames, shortest
// lengths and zero reserved bits are accepted, and control frames must be whole and have at most
// 125 bytes.
//
// Thread  any; plain functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace serai::net {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

constexpr bool is_control(Opcode opcode) { return static_cast<std::uint8_t>(opcode) >= 8; }

// Close codes that this host sends by itself.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  bad_payload = 1007,
  too_big = 1009,
};

struct FrameHead {
  Opcode opcode = Opcode::text;
  bool is_final = true;
  std::size_t head_bytes = 0;
  std::uint64_t payload_bytes = 0;
  std::uint32_t mask = 0;  // the four bytes in the order of the frame
};

enum class FrameParse : std::uint8_t { more, ok, bad };

// Reads the head of the first frame in `input`. more: the head is incomplete. bad: it is malformed.
FrameParse parse_frame_head(std::span<const char> input, FrameHead& head);
// Unmasks the payload in place.
void unmask(std::span<char> payload, std::uint32_t mask);

// Appends an unmasked frame that is a whole message.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);
// Appends a close frame. The reason is cut to 123 bytes.
void append_close_frame(std::string& out, std::uint16_t code, std::string_view reason);

// Returns the code in the payload of a received close frame: 0 for an empty payload, nothing for a
// malformed one.
std::optional<std::uint16_t> parse_close(std::string_view payload);

}  // namespace serai::net
