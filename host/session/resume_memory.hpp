// ResumeMemory: counts the bytes in the ResumeBuffers of all shards, and bounds them. The first
// half of the memory is for whoever needs it. Beyond it each buffer has an equal share of the other
// half, so that no player can take the memory of all others.
//
// Units   bytes.
// Thread  any; counts are atomics. Two calls at the same moment may both succeed and exceed the
//         bound together.
// Owner   SessionLayer; buffers borrow it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/metrics.hpp"

namespace serai::session {

class ResumeMemory {
 public:
  ResumeMemory(std::uint64_t bytes_max, Gauge& shown) : bytes_max_(bytes_max), shown_(shown) {}

  void add_buffer() { ++buffers_; }
  void remove_buffer() { --buffers_; }
  // True when a buffer that has `own` bytes may have `more`.
  bool admits(std::uint64_t own, std::uint64_t more) const {
    const std::uint64_t half = bytes_max_ / 2;
    const std::uint64_t after = bytes_ + more;
    if (after <= half) return true;
    const std::uint64_t share = half / std::max<std::uint64_t>(buffers_, 1);
    return after <= bytes_max_ && own + more <= share;
  }
  void add(std::uint64_t bytes) {
    bytes_ += bytes;
    shown_.add(static_cast<double>(bytes));
  }
  void remove(std::uint64_t bytes) {
    bytes_ -= bytes;
    shown_.add(-static_cast<double>(bytes));
  }

 private:
  const std::uint64_t bytes_max_;
  Gauge& shown_;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> buffers_{0};
};

}  // namespace serai::session
