// Requests one after the other on one connection: requests and faults are the same however the
// bytes arrive.
#include "fuzz/fuzz.hpp"
#include "unit/net/pieces.hpp"

using namespace serai::testing;

namespace {

// A fault in a cut header is found at the header's end; before that the header may get too large.
void check_same(const SeenRequests& whole, SeenRequests cut, std::size_t size) {
  if (size > kHeaderBytesMax) cut.ended = whole.ended;
  fuzz_require(whole == cut, "pieces are the same requests");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = with_end(fuzz_text(data, size));
  const SeenRequests whole = read_requests({text});
  check_same(whole, read_requests(bytes_of(text)), text.size());
  check_same(whole, read_requests(halves_of(text)), text.size());
  for (const serai::HttpRequest& request : whole.requests) {
    fuzz_require(request.body.size() <= kBodyBytesMax, "the body keeps its bound");
    fuzz_require(!request.method.empty(), "a request has a method");
    std::size_t bytes = 0;
    for (const auto& [name, value] : request.headers) {
      fuzz_require(!name.empty(), "a field has a name");
      fuzz_require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
                   "a field is one line");
      bytes += name.size() + value.size();
    }
    fuzz_require(bytes <= kHeaderBytesMax, "the header keeps its bound");
  }
  return 0;
}
