// Messages from a probe, whose memory a module may have overwritten.
#include "rehearsal/probe_wire.hpp"

#include <catch2/catch.hpp>

#include "rehearsal/recording_wire.hpp"

using namespace serai;

namespace {

constexpr std::int64_t kUsMax = 1'000'000;

std::vector<std::string> frames_of(rehearsal::FrameStream& stream,
                                   rehearsal::FrameStream::State& ended) {
  std::vector<std::string> seen;
  rehearsal::Frame type{};
  std::string_view payload;
  while ((ended = stream.next(type, payload)) == rehearsal::FrameStream::State::frame) {
    seen.push_back(pack_frame(type, payload));
  }
  return seen;
}

}  // namespace

TEST_CASE("frames come whole, whichever pieces their bytes come in", "[modules][probe]") {
  const std::string first = pack_frame(rehearsal::Frame::ready, "");
  const std::string second = pack_frame(rehearsal::Frame::failed, "why");
  const std::string bytes = first + second;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    rehearsal::FrameStream stream;
    rehearsal::FrameStream::State ended{};
    stream.put(std::string_view(bytes).substr(0, cut));
    std::vector<std::string> seen = frames_of(stream, ended);
    CHECK(ended == rehearsal::FrameStream::State::more);
    stream.put(std::string_view(bytes).substr(cut));
    for (std::string& frame : frames_of(stream, ended)) seen.push_back(std::move(frame));
    CHECK(seen == std::vector<std::string>{first, second});
  }
  rehearsal::FrameStream garbled;
  garbled.put(std::string(4, '\0'));
  rehearsal::FrameStream::State ended{};
  CHECK(frames_of(garbled, ended).empty());
  CHECK(ended == rehearsal::FrameStream::State::garbled);
}

TEST_CASE("an answer for an entity is read whole or not at all", "[modules][probe]") {
  const std::string bytes = rehearsal::pack_cost({5, kUsMax, "hp: 3 -> 5", 4, "reply: 1 -> 2"});
  const auto cost = rehearsal::unpack_cost(bytes, kUsMax);
  REQUIRE(cost);
  CHECK(pack_cost(*cost) == bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(rehearsal::unpack_cost(bytes.substr(0, size), kUsMax));
  }
  CHECK_FALSE(rehearsal::unpack_cost(bytes + 'x', kUsMax));
}

TEST_CASE("a time that the host has not waited for is no time", "[modules][probe]") {
  // A sum of such times would overflow.
  CHECK_FALSE(rehearsal::unpack_cost(rehearsal::pack_cost({kUsMax + 1, 0, "", 0, ""}), kUsMax));
  CHECK_FALSE(rehearsal::unpack_cost(rehearsal::pack_cost({0, INT64_MAX, "", 0, ""}), kUsMax));
  CHECK_FALSE(rehearsal::unpack_cost(rehearsal::pack_cost({-1, 0, "", 0, ""}), kUsMax));
}

TEST_CASE("a recording with a handler of no known kind is damaged", "[modules][probe]") {
  abi::Recording recording;
  recording.inputs.emplace_back().trigger = abi::Trigger::timer;
  rehearsal::Packer good;
  pack_recording(good, recording);
  rehearsal::Unpacker in(good.bytes());
  CHECK(unpack_recording(in).inputs.size() == 1);
  CHECK(in.is_whole());

  recording.inputs[0].trigger = static_cast<abi::Trigger>(6);
  rehearsal::Packer bad;
  pack_recording(bad, recording);
  rehearsal::Unpacker damaged(bad.bytes());
  static_cast<void>(unpack_recording(damaged));
  CHECK_FALSE(damaged.ok());
}
