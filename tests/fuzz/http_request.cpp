// Fuzz target: requests one after the other on one connection. The requests and faults that are
// found do not depend on how the bytes arrive.
#include "fuzz/fuzz.hpp"
#include "unit/net/pieces.hpp"

using namespace serai::testing;

namespace {

// In a header that arrives in pieces, a fault is found at the header's end only. Before that the
// header may become too large, which is another fault.
void check_same(const SeenRequests& whole, SeenRequests cut, std::size_t size) {
  if (size > kHeaderBytesMax) cut.ended = whole.ended;
  fuzz_require(whole == cut, "the requests are the same in pieces");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = with_end(fuzz_text(data, size));
  const SeenRequests whole = read_requests({text});
  check_same(whole, read_requests(bytes_of(text)), text.size());
  check_same(whole, read_requests(halves_of(text)), text.size());
  for (const serai::HttpRequest& request : whole.requests) {
    fuzz_require(request.body.size() <= kBodyBytesMax, "the body is within its limit");
    fuzz_require(!request.method.empty(), "a request has a method");
    std::size_t bytes = 0;
    for (const auto& [name, value] : request.headers) {
      fuzz_require(!name.empty(), "a field has a name");
      fuzz_require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
                   "a field is one line");
      bytes += name.size() + value.size();
    }
    fuzz_require(bytes <= kHeaderBytesMax, "the header is within its limit");
  }
  return 0;
}
