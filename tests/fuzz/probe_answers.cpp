// Fuzz target: the answers of a probe, whose memory a module may have overwritten. The frames do
// not depend on how the bytes arrive, and the reported costs are small enough to be added up.
#include "fuzz/fuzz.hpp"
#include "rehearsal/probe_wire.hpp"
#include "unit/net/pieces.hpp"

using namespace serai;

namespace {

constexpr std::int64_t kUsMax = 300'000'000;

std::string frames_of(const testing::Pieces& pieces) {
  rehearsal::FrameStream stream;
  std::string seen;
  for (const std::string_view piece : pieces) {
    stream.put(piece);
    rehearsal::Frame type{};
    std::string_view payload;
    rehearsal::FrameStream::State state = rehearsal::FrameStream::State::more;
    while ((state = stream.next(type, payload)) == rehearsal::FrameStream::State::frame) {
      seen += pack_frame(type, payload);
    }
    if (state == rehearsal::FrameStream::State::garbled) return seen + "garbled";
  }
  return seen;
}

void check_cost(std::string_view payload) {
  const auto cost = rehearsal::unpack_cost(payload, kUsMax);
  if (!cost) return;
  fuzz_require(pack_cost(*cost) == payload, "a cost is read completely");
  fuzz_require(cost->import_us >= 0 && cost->import_us <= kUsMax && cost->export_us >= 0 &&
                   cost->export_us <= kUsMax,
               "a time is not longer than the host waits");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz_text(data, size);
  const std::string whole = frames_of({bytes});
  fuzz_require(whole == frames_of(testing::bytes_of(bytes)),
               "the frames are the same byte by byte");
  fuzz_require(whole == frames_of(testing::halves_of(bytes)),
               "the frames are the same in two pieces");
  check_cost(bytes);
  return 0;
}
