// wait_for(): waits until something has happened on another thread.
//
// Bound   20 s of real time, more than any wait here takes on a busy machine. After that the test
//         fails instead of hanging.
// Thread  any. Calls `done` on this thread again and again, and lets other threads run in between.
#pragma once

#include <chrono>
#include <thread>

namespace serai::testing {

inline constexpr std::chrono::seconds kWaitMax{20};

// Returns false when `done` did not become true in time. `done` may do a step of the work itself.
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
