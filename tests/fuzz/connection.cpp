// Fuzz target: a whole client connection with requests, upgrade and frames. The host's answers,
// HTTP or frames after the upgrade, do not depend on how the bytes arrive.
#include "fuzz/fuzz.hpp"
#include "unit/net/one_connection.hpp"
#include "unit/net/pieces.hpp"

using namespace serai::testing;

// Smaller than the largest header: see with_end().
constexpr std::size_t kSizeMax = 5000;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kSizeMax) return -1;
  const std::string text = with_end(fuzz_text(data, size));
  const std::string whole = answers_to({text});
  fuzz_require(whole == answers_to(halves_of(text)), "the answers are the same in two pieces");
  fuzz_require(!goes_by_bytes(text) || whole == answers_to(bytes_of(text)),
               "the answers are the same byte by byte");
  fuzz_require(whole == "open" || whole == "closed" || whole.starts_with("HTTP/1.1 "),
               "the host answers in HTTP");
  return 0;
}
