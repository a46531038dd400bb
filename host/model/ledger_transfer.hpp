// LedgerTransfer: money that goes from some accounts to others.
//
// Thread  plain values: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace serai {

struct LedgerEntry {
  std::string account;
  std::int64_t delta = 0;
  bool below_zero = false;  // the account may owe: its module declares this
};

// Entries sum to zero. The key is unique for ever; empty keys are refused.
struct LedgerTransfer {
  std::string idem_key;
  std::string reason;
  std::vector<LedgerEntry> entries;
};

}  // namespace serai
