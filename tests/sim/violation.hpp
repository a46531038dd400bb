// Violation: a broken promise. It ends the run; main() prints it with the seed.
#pragma once

#include <stdexcept>
#include <string>

namespace serai::sim {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// `promise` is the rule that must be true.
inline void require(bool is_true, const std::string& promise) {
  if (!is_true) throw Violation(promise);
}

}  // namespace serai::sim
