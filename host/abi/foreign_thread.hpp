// Foreign threads: threads that a module has started by raw system calls, past all checks.
//
// Such a thread may share the thread-locals of the thread that started it, such as the entered call
// and malloc's cache. So the host identifies a thread by the position of its stack. On a foreign
// thread it does nothing but note the use, which the watchdog reports. A foreign thread whose stack
// is a part of its starter's passes for its starter: every call would need a system call to
// distinguish the two.
//
// Thread  any.
#pragma once

#include <sys/types.h>

#include <optional>

namespace serai::abi {

struct RegisteredThread {
  const char* stack_low = nullptr;
  const char* stack_high = nullptr;
  pid_t id = 0;  // 0: the host has never entered a module on it

  static RegisteredThread& here() {
    static constinit thread_local RegisteredThread thread;
    return thread;
  }
  void store();             // the calling thread's stack and id
  bool is_calling() const;  // by a system call
};

// Registers the calling thread as one on which the host enters modules.
inline void register_this_thread() {
  if (RegisteredThread::here().id == 0) RegisteredThread::here().store();
}

// False on a thread that register_this_thread() was never called on.
inline bool on_registered_thread() {
  const RegisteredThread& thread = RegisteredThread::here();
  const auto* stack = static_cast<const char*>(__builtin_frame_address(0));
  if (thread.stack_low <= stack && stack < thread.stack_high) return true;
  return thread.is_calling();  // a module may have switched to a stack of its own, for a fiber
}

struct ForeignUse {
  pid_t thread = 0;            // the kernel's thread id
  const void* from = nullptr;  // an address in the code that called the host
};

// Stores the use, unless one is stored already.
void note_foreign_use(const void* from);
// The first use since the last call. Only the watchdog's thread may call it.
std::optional<ForeignUse> take_foreign_use();

}  // namespace serai::abi
