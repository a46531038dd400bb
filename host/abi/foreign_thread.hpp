// Foreign threads: those that a module started past every check, by bare system calls.
//
// Such a thread may see the thread-locals of the one that started it, what that one has entered and
// its part of malloc among them. So it is told by where its stack lies, and nothing is done on it:
// that it was there is noted, and the watchdog says so. One whose stack was cut from its starter's
// is taken for that; to tell it too, every call would have to ask the kernel.
//
// Thread  any.
#pragma once

#include <sys/types.h>

#include <optional>

namespace serai::abi {

struct KnownThread {
  const char* stack_low = nullptr;
  const char* stack_high = nullptr;
  pid_t id = 0;  // 0: modules were never entered on it

  static KnownThread& here() {
    static constinit thread_local KnownThread thread;
    return thread;
  }
  void learn();
  bool is_calling() const;  // asks the kernel
};

// The calling thread is one that modules are entered on.
inline void know_this_thread() {
  if (KnownThread::here().id == 0) KnownThread::here().learn();
}

// False on a thread that know_this_thread() was never called on.
inline bool on_known_thread() {
  const KnownThread& thread = KnownThread::here();
  const auto* stack = static_cast<const char*>(__builtin_frame_address(0));
  if (thread.stack_low <= stack && stack < thread.stack_high) return true;
  return thread.is_calling();  // a module may have made a stack of its own, for a fiber
}

struct ForeignUse {
  pid_t thread = 0;
  const void* from = nullptr;  // an address in the code that called the host
};

void note_foreign_use(const void* from);
// The first one since it was asked for. For one thread, the watchdog.
std::optional<ForeignUse> take_foreign_use();

}  // namespace serai::abi
