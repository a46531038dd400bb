// Fuzz target: a line of a player's file. It is read or refused with a reason; what was read is
// printed, and read the same again.
#include "fuzz/fuzz.hpp"
#include "storage/player_json.hpp"

using namespace serai::storage;

namespace {

std::string printed(const std::variant<PlayerLine, PlayerEnd>& parsed) {
  if (const auto* end = std::get_if<PlayerEnd>(&parsed)) return print_end(*end);
  const auto text = print_line(std::get<PlayerLine>(parsed));
  fuzz_require(text.ok(), "what was read can be printed");
  return *text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = parse_line(fuzz_text(data, size));
  if (!parsed) {
    fuzz_require(!parsed.error().detail.empty(), "a refusal has a reason");
    return 0;
  }
  const std::string first = printed(*parsed);
  fuzz_require(first.find('\n') == std::string::npos, "a line is one line");
  const auto again = parse_line(first);
  fuzz_require(again.ok(), "what was printed is read");
  fuzz_require(printed(*again) == first, "a line is printed and read the same");
  return 0;
}
