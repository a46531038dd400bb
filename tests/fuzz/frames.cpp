// Fuzz target: WebSocket frames. The parser demands more bytes for a cut head, and its result does
// not depend on the cut. Frames that the host writes are read back unchanged.
#include <algorithm>

#include "base/utf8.hpp"
#include "fuzz/fuzz.hpp"
#include "net/frame.hpp"

using namespace serai;

namespace {

constexpr std::size_t kHeadBytesMax = 14;

void check_head(std::string_view text) {
  net::FrameHead head;
  const net::FrameParse whole = parse_frame_head(text, head);
  for (std::size_t i = 0; i < std::min(text.size(), kHeadBytesMax); ++i) {
    net::FrameHead cut;
    const net::FrameParse seen = parse_frame_head(text.substr(0, i), cut);
    if (seen == net::FrameParse::more) continue;
    fuzz_require(seen == whole, "a result does not change with more bytes");
    if (seen == net::FrameParse::bad) continue;
    fuzz_require(cut.head_bytes == head.head_bytes && cut.payload_bytes == head.payload_bytes &&
                     cut.mask == head.mask && cut.opcode == head.opcode &&
                     cut.is_final == head.is_final && cut.head_bytes <= i,
                 "a complete head is the same with more bytes after it");
  }
  if (whole == net::FrameParse::more)
    fuzz_require(text.size() < kHeadBytesMax, "14 bytes are enough");
  if (whole != net::FrameParse::ok) return;
  fuzz_require(head.head_bytes <= text.size(), "a head is not longer than the input");
  if (is_control(head.opcode)) fuzz_require(head.payload_bytes <= 125, "control frames are short");
  std::string payload(text.substr(head.head_bytes));
  net::unmask(payload, head.mask);
  std::string byte_by_byte(text.substr(head.head_bytes));
  for (std::size_t i = 0; i < byte_by_byte.size(); ++i) {
    const auto byte = static_cast<unsigned char>(byte_by_byte[i]);
    byte_by_byte[i] = static_cast<char>(byte ^ (head.mask >> (8 * (i % 4)) & 0xff));
  }
  fuzz_require(payload == byte_by_byte, "unmasking follows RFC 6455");
}

// The host's frames have no mask. With a mask of zeroes added, the host's parser can read them.
void check_written(const std::string& frame, net::Opcode opcode, std::string_view payload) {
  const auto form = static_cast<unsigned char>(frame.at(1));
  const std::size_t mask_at = form == 127 ? 10 : form == 126 ? 4 : 2;
  std::string masked = frame;
  masked[1] = static_cast<char>(form | 0x80);
  masked.insert(mask_at, 4, '\0');
  net::FrameHead head;
  fuzz_require(parse_frame_head(masked, head) == net::FrameParse::ok,
               "a written frame can be read");
  fuzz_require(head.opcode == opcode && head.is_final &&
                   std::string_view(masked).substr(head.head_bytes) == payload,
               "a written frame has its opcode and payload");
}

void check_close(std::string_view text) {
  const auto code = net::parse_close(text);
  if (!code) return;
  std::string frame;
  net::append_close_frame(frame, *code == 0 ? 1000 : *code, text.size() < 2 ? "" : text.substr(2));
  const std::string_view payload = std::string_view(frame).substr(2);
  check_written(frame, net::Opcode::close, payload);
  fuzz_require(net::parse_close(payload).has_value(), "a written close payload can be read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz_text(data, size);
  check_head(text);
  check_close(text);
  std::string frame;
  append_frame(frame, net::Opcode::binary, text);
  check_written(frame, net::Opcode::binary, text);
  std::string close;
  net::append_close_frame(close, 1000, text);
  fuzz_require(close.size() <= 127 && is_utf8(std::string_view(close).substr(4)),
               "a close reason is cut between characters");
  return 0;
}
