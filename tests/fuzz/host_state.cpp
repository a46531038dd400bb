// Fuzz target: HostState, the host's data about an entity in the database. It is read completely,
// or refused.
#include "runtime/entity/host_state.hpp"

#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz_text(data, size);
  const auto state = serai::runtime::HostState::decode(bytes);
  if (!state) return 0;
  const std::string written = state->encode();
  const bool is_present_format = bytes.front() == written.front();
  fuzz_require(!is_present_format || written == bytes, "a state is read completely");
  const auto again = serai::runtime::HostState::decode(written);
  fuzz_require(again.ok() && again->encode() == written, "a state is written and read the same");
  return 0;
}
