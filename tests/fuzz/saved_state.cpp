// Fuzz target: the files of a saved state, as `host check --states` reads them. The input is
// entity.json, to the end of the line, and the entity's recording. Both are read completely or
// refused. Written again, they are read as the same.
#include "rehearsal/saved_state.hpp"

#include "fuzz/fuzz.hpp"
#include "rehearsal/recording_wire.hpp"
#include "support/temp_folder.hpp"

using namespace serai;

namespace {

std::string packed(const abi::Recording& recording) {
  rehearsal::Packer out;
  pack_recording(out, recording);
  return out.bytes();
}

void check_recording(std::string_view bytes) {
  rehearsal::Unpacker in(bytes);
  const abi::Recording recording = unpack_recording(in);
  if (!in.is_whole()) return;
  const std::string once = packed(recording);
  rehearsal::Unpacker again(once);
  fuzz_require(packed(unpack_recording(again)) == once && again.is_whole(),
               "a recording is written and read the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const testing::TempFolder folder;
  std::string_view recording = fuzz_text(data, size);
  const std::string_view entity = fuzz_part(recording);
  check_recording(recording);

  folder.write("entity.json", entity);
  folder.write("state.bin", entity);
  const auto states = rehearsal::read_saved_states(folder.path());
  if (!states) return 0;
  fuzz_require(states->size() == 1 && states->front().state == entity, "one state is read");
  static const testing::TempFolder copy;
  fuzz_require(rehearsal::write_saved_state(copy.path(), states->front()).ok(),
               "a state can be saved");
  const auto again = rehearsal::read_saved_states(copy.path());
  fuzz_require(again.ok() && again->front().id == states->front().id &&
                   again->front().schema == states->front().schema &&
                   again->front().live == states->front().live,
               "a state is saved and read the same");
  return 0;
}
