#include "runtime/foreign_thread.hpp"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>

namespace serai {
namespace {

std::atomic<pid_t> last_thread{0};
std::atomic<const void*> last_from{nullptr};

}  // namespace

void KnownThread::learn() {
  id = ::gettid();
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return;
  void* low = nullptr;
  std::size_t size = 0;
  ::pthread_attr_getstack(&attributes, &low, &size);
  ::pthread_attr_destroy(&attributes);
  stack_low = static_cast<const char*>(low);
  stack_high = stack_low + size;
}

bool KnownThread::is_calling() const { return id == ::gettid(); }

void note_foreign_use(const void* from) {
  last_from = from;
  last_thread = ::gettid();
}

std::optional<ForeignUse> take_foreign_use() {
  const pid_t thread = last_thread.exchange(0);
  if (thread == 0) return std::nullopt;
  return ForeignUse{thread, last_from};
}

}  // namespace serai
