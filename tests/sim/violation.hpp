// Violation: a broken promise. Ends the run; main prints it with the seed.
#pragma once

#include <stdexcept>
#include <string>

namespace serai::sim {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void require(bool kept, const std::string& promise) {
  if (!kept) throw Violation(promise);
}

}  // namespace serai::sim
