// LedgerTransfer: a movement of money between accounts of the ledger.
//
// Thread  any; plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace serai {

struct LedgerEntry {
  std::string account;
  std::int64_t delta = 0;
  bool below_zero = false;  // the balance may become negative; the module declares this
};

// The deltas of the entries sum to zero. `idem_key` names the transfer for ever: the same transfer
// is not carried out again, another one with the same key is refused. An empty key is refused.
struct LedgerTransfer {
  std::string idem_key;
  std::string reason;
  std::vector<LedgerEntry> entries;
};

}  // namespace serai
