// Cursors: a list reads only cursors that it has written itself.
#include "storage/cursor.hpp"

#include "fuzz/fuzz.hpp"

using namespace serai;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz_text(data, size);
  fuzz_require(decode_cursor('o', encode_cursor('o', text)) == text, "a place comes back");
  fuzz_require(!decode_cursor('n', encode_cursor('o', text)), "a cursor is of one list");
  const auto place = decode_cursor('o', text);
  if (place) fuzz_require(encode_cursor('o', *place) == text, "one place has one cursor");
  return 0;
}
