#include "net/frame.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "raw_client.hpp"

using namespace serai;
using namespace serai::net;
using serai::testing::client_frame;

namespace {

net::FrameParse parse(std::string_view bytes) {
  net::FrameHead head;
  return parse_frame_head({bytes.data(), bytes.size()}, head);
}

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out += static_cast<char>(value);
  return out;
}

}  // namespace

TEST_CASE("a frame is read back as it was masked, at every length form", "[net]") {
  const std::size_t size = GENERATE(0u, 1u, 7u, 8u, 125u, 126u, 127u, 65'535u, 65'536u);
  const std::string payload(size, 'p');
  std::string wire = client_frame(0x82, payload);
  net::FrameHead head;

  REQUIRE(parse_frame_head(wire, head) == net::FrameParse::ok);
  net::unmask({wire.data() + head.head_bytes, size}, head.mask);

  CHECK(head.opcode == net::Opcode::binary);
  CHECK(head.is_final);
  CHECK(head.payload_bytes == size);
  CHECK(wire.substr(head.head_bytes) == payload);
  for (std::size_t cut = 0; cut < head.head_bytes; ++cut) {
    CHECK(parse(std::string_view(wire).substr(0, cut)) == net::FrameParse::more);
  }
}

TEST_CASE("frames that break the rules are bad", "[net]") {
  CHECK(parse(bytes({0x81, 0x01})) == net::FrameParse::bad);  // not masked
  CHECK(parse(bytes({0xc1, 0x81})) == net::FrameParse::bad);  // reserved bit
  CHECK(parse(bytes({0x83, 0x80})) == FrameParse::bad);       // unknown opcode
  CHECK(parse(bytes({0x8b, 0x80})) == FrameParse::bad);       // unknown control opcode
  CHECK(parse(bytes({0x09, 0x80})) == FrameParse::bad);       // a ping in pieces
  CHECK(parse(bytes({0x89, 0xfe})) == FrameParse::bad);       // a long ping
  CHECK(parse(bytes({0x81, 0xfe, 0, 125, 1, 2, 3, 4})) == FrameParse::bad);  // not the shortest
  CHECK(parse(bytes({0x81, 0xff, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4})) == FrameParse::bad);
  CHECK(parse(bytes({0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4})) == FrameParse::bad);
}

TEST_CASE("close frames carry legal codes and whole characters only", "[net]") {
  CHECK(parse_close("") == 0);
  CHECK(parse_close(bytes({0x03, 0xe8})) == 1000);
  CHECK(parse_close(bytes({0x03, 0xe8, 'o', 'k'})) == 1000);
  CHECK(parse_close(bytes({0x0f, 0xa0})) == 4000);
  CHECK_FALSE(parse_close("x"));
  CHECK_FALSE(parse_close(bytes({0x03, 0xed})));        // 1005
  CHECK_FALSE(parse_close(bytes({0x03, 0xe7})));        // 999
  CHECK_FALSE(parse_close(bytes({0x13, 0x88})));        // 5000
  CHECK_FALSE(parse_close(bytes({0x03, 0xe8, 0xff})));  // not UTF-8

  std::string out;
  append_close_frame(out, 1000, std::string(122, 'a') + "\u00e9");
  CHECK(out.size() == 2 + 2 + 122);
}
