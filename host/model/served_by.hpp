// ServedBy: names the module code that gave an answer or a refusal.
//
// Thread  any; plain values.
#pragma once

#include <cstdint>
#include <string>

namespace serai {

// The two strings are never freed. Null: no module code was called, or the answer was stored by an
// earlier call.
struct ServedBy {
  const std::string* module = nullptr;
  const std::string* version = nullptr;
  std::uint64_t generation = 0;
};

}  // namespace serai
