// A body in chunks: it is the same however the bytes arrive, complete, and within its bounds.
#include "fuzz/fuzz.hpp"
#include "unit/net/pieces.hpp"

using serai::net::ChunkedBody;
using namespace serai::testing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz_text(data, size);
  const SeenBody whole = read_chunks({text});
  fuzz_require(whole == read_chunks(bytes_of(text)), "bytes one by one are the same body");
  fuzz_require(whole == read_chunks(halves_of(text)), "two pieces are the same body");
  fuzz_require(whole.body.size() <= kBodyBytesMax, "the body keeps its bound");
  if (whole.ended != serai::net::ChunkedBody::State::done) return 0;
  const SeenBody again = read_chunks({as_chunk(whole.body)});
  fuzz_require(again.ended == serai::net::ChunkedBody::State::done && again.body == whole.body,
               "what was read can be written and read again");
  return 0;
}
