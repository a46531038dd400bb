// AlternateStack: a stack for signal handlers of the calling thread, for when its own is used up.
//
// Thread  made and destroyed on the thread it is for.
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
