// Clock: the only source of time. The host has one system clock. Tests and simulations replace it
// by a clock that they move themselves.
//
// Units   now_ms(): milliseconds since the Unix epoch. It may jump when the system's time is set.
//         steady_us(): microseconds since an arbitrary start. It never goes back.
// Thread  any.
#pragma once

#include <atomic>
#include <cstdint>

namespace serai {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ms() const = 0;
  virtual std::int64_t steady_us() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::int64_t now_ms() const override;
  std::int64_t steady_us() const override;
};

// A clock that moves only when it is set, for tests and simulations.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t start_ms = 1'700'000'000'000) : now_us_(start_ms * 1000) {}
  std::int64_t now_ms() const override { return now_us_ / 1000; }
  std::int64_t steady_us() const override { return now_us_; }
  void advance_us(std::int64_t by) { now_us_ += by; }
  void advance_ms(std::int64_t by) { now_us_ += by * 1000; }

 private:
  std::atomic<std::int64_t> now_us_;
};

}  // namespace serai
