// Fuzz target: a body in chunks. The result does not depend on how the bytes arrive, is complete,
// and within the limits.
#include "fuzz/fuzz.hpp"
#include "unit/net/pieces.hpp"

using serai::net::ChunkedBody;
using namespace serai::testing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz_text(data, size);
  const SeenBody whole = read_chunks({text});
  fuzz_require(whole == read_chunks(bytes_of(text)), "the body is the same byte by byte");
  fuzz_require(whole == read_chunks(halves_of(text)), "the body is the same in two pieces");
  fuzz_require(whole.body.size() <= kBodyBytesMax, "the body is within its limit");
  if (whole.ended != serai::net::ChunkedBody::State::done) return 0;
  const SeenBody again = read_chunks({as_chunk(whole.body)});
  fuzz_require(again.ended == serai::net::ChunkedBody::State::done && again.body == whole.body,
               "a body that was read is written and read the same");
  return 0;
}
