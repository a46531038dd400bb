#include "base/inbox.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace serai {

Inbox::Inbox() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  SERAI_ASSERT(static_cast<bool>(event_));
}

void Inbox::post(Work work) {
  {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
  }
  const std::uint64_t one = 1;
  // The write fails only when the counter is full. The thread has already been woken then.
  [[maybe_unused]] const ssize_t put = ::write(event_.get(), &one, sizeof(one));
}

void Inbox::wait(std::chrono::steady_clock::time_point deadline, int other) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  const std::int64_t wait_ms = std::clamp<std::int64_t>(left.count(), 0, 60'000);
  std::array<pollfd, 2> polled{{{event_.get(), POLLIN, 0}, {other, POLLIN, 0}}};
  ::poll(polled.data(), other >= 0 ? 2 : 1, static_cast<int>(wait_ms));
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(event_.get(), &count, sizeof(count));
}

void Inbox::run_ready() {
  std::deque<Work> ready;
  {
    const std::lock_guard lock(mutex_);
    ready.swap(work_);
  }
  for (Work& work : ready) work();
}

}  // namespace serai
