// AlternateStack: a second stack of a thread, for its signal handlers (sigaltstack(2)). Without it,
// no handler could run after the thread's own stack has overflowed.
//
// Thread  constructed and destroyed on the thread that uses the stack.
// Owner   owns the memory of the stack. A stack that the thread had before stays in use.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

namespace serai {

class AlternateStack {
 public:
  AlternateStack();
  ~AlternateStack();
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;

 private:
  static constexpr std::size_t kBytes = std::size_t{64} * 1024;
  std::unique_ptr<std::array<char, kBytes>> bytes_;
};

}  // namespace serai
