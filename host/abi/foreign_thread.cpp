#include "abi/foreign_thread.hpp"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>

namespace serai::abi {
namespace {

constexpr pid_t kNobody = 0;
constexpr pid_t kBeingNoted = -1;

std::atomic<pid_t> noted_thread{kNobody};
std::atomic<const void*> noted_from{nullptr};

}  // namespace

void RegisteredThread::store() {
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

bool RegisteredThread::is_calling() const { return id == ::gettid(); }

void note_foreign_use(const void* from) {
  pid_t nobody = kNobody;
  if (!noted_thread.compare_exchange_strong(nobody, kBeingNoted)) return;  // one is stored already
  noted_from = from;
  noted_thread = ::gettid();
}

std::optional<ForeignUse> take_foreign_use() {
  const pid_t thread = noted_thread;
  if (thread == kNobody || thread == kBeingNoted) return std::nullopt;
  const ForeignUse use{thread, noted_from};
  noted_thread = kNobody;
  return use;
}

}  // namespace serai::abi
