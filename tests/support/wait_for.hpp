// wait_for(): waits until something has happened on another thread.
//
// Bound   20 s on the wall clock, more than anything here takes on a busy machine; after that the
//         test fails instead of hanging.
// Thread  any; calls `done` repeatedly, and lets other threads run in between.
#pragma once

#include <chrono>
#include <thread>

namespace serai::testing {

inline constexpr std::chrono::seconds kWaitMax{20};

// False: it has not happened in time. `done` may itself do a step of work.
template <class Done>
[[nodiscard]] bool wait_for(Done done, std::chrono::milliseconds at_most = kWaitMax) {
  const auto end = std::chrono::steady_clock::now() + at_most;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace serai::testing
