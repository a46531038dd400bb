// Frame: RFC 6455 framing for a server. Reading is strict: masked frames only, shortest lengths, no
// reserved bits, control frames whole and of at most 125 bytes.
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
  std::uint32_t mask = 0;  // as it lies in memory
};

enum class FrameParse : std::uint8_t { more, ok, bad };

FrameParse parse_frame_head(std::span<const char> input, FrameHead& head);
void unmask(std::span<char> payload, std::uint32_t mask);

void append_frame(std::string& out, Opcode opcode, std::string_view payload);
void append_close_frame(std::string& out, std::uint16_t code, std::string_view reason);

// The code in the payload of a received close frame: 0 when there is none, nothing when the payload
// is malformed.
std::optional<std::uint16_t> parse_close(std::string_view payload);

}  // namespace serai::net
