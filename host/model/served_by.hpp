// ServedBy: which code gave an answer or a refusal.
//
// Thread  plain values: any.
#pragma once

#include <cstdint>
#include <string>

namespace serai {

// Both names live for ever. Null: no code was called, or the answer had been stored before.
struct ServedBy {
  const std::string* module = nullptr;
  const std::string* version = nullptr;
  std::uint64_t generation = 0;
};

}  // namespace serai
