// Fuzz target: cursors. A list accepts only the cursors that it has written itself.
#include "storage/cursor.hpp"

#include "fuzz/fuzz.hpp"

using namespace serai;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz_text(data, size);
  fuzz_require(storage::decode_cursor('o', storage::encode_cursor('o', text)) == text,
               "a place is written and read the same");
  fuzz_require(!storage::decode_cursor('n', storage::encode_cursor('o', text)),
               "a list refuses the cursors of another list");
  const auto place = storage::decode_cursor('o', text);
  if (place)
    fuzz_require(storage::encode_cursor('o', *place) == text, "a place has one cursor only");
  return 0;
}
