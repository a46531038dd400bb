#include "runtime/shard/blocking_inbox.hpp"

#include <algorithm>
#include <chrono>

namespace serai::runtime {

bool BlockingInbox::wait_until(const std::function<bool()>& done, std::int64_t until_us) {
  constexpr std::int64_t kWaitUsMax = 60'000'000;  // kForever would overflow the time point
  for (inbox_.run_ready(); !done(); inbox_.run_ready()) {
    const std::int64_t left_us = until_us - clock_.steady_us();
    if (left_us <= 0) return false;
    if (pump_) {
      pump_();
    } else {
      const std::chrono::microseconds wait(std::min(left_us, kWaitUsMax));
      inbox_.wait(std::chrono::steady_clock::now() + wait, -1);
    }
  }
  return true;
}

}  // namespace serai::runtime
