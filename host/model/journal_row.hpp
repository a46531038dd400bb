// JournalRow: inputs of entities that their stored states do not contain yet, as one row of the
// database. The runtime writes and reads its bytes.
//
// Thread  any; plain values.
#pragma once

#include <cstdint>
#include <string>

namespace serai {

struct JournalRow {
  std::uint64_t id = 0;  // unique; from EntityStore::next_journal_row()
  std::string bytes;
};

}  // namespace serai
