// Fuzz target: a row of the journal in the database. It is read completely, or refused and then
// adds nothing; what was read is written and read the same.
#include "runtime/journal/journal_row.hpp"

#include <map>

#include "fuzz/fuzz.hpp"

using namespace serai::runtime;

namespace {

// Writes the inputs as one row, entity by entity.
std::string written(JournalInputs& inputs) {
  JournalRowWriter row;
  std::map<serai::EntityId, std::vector<JournalInput>*> in_order;
  for (auto& [id, own] : inputs) in_order[id] = &own;
  for (auto& [id, own] : in_order) {
    for (JournalInput& one : *own) {
      if (!one.handler.empty()) one.input.handler = &one.handler;
      row.append(id, one.position, one.input, one.config, one.now_ms, one.tick);
    }
  }
  return row.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  JournalInputs inputs;
  if (!read_journal_row(fuzz_text(data, size), inputs)) {
    fuzz_require(inputs.empty(), "a row that is refused adds nothing");
    return 0;
  }
  const std::string first = written(inputs);
  JournalInputs again;
  fuzz_require(read_journal_row(first, again).ok(), "what was written is read");
  fuzz_require(written(again) == first, "a row is written and read the same");
  return 0;
}
