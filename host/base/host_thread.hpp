// HostThread: names the calling thread, for `top -H` and debuggers, and registers it as a thread of
// the host while the object lives. All other threads of the process were started by modules or
// libraries.
//
//   std::thread([this] { const HostThread named("loader"); run(); });
//
// Shards have priority, because players wait for them. Every other thread of the host has a lower
// priority (nice 10, sched(7)). When fewer cores than threads are free, it gets the time that the
// shards leave, in the worst case a tenth of a core. The processes that it starts, such as a
// rehearsal, inherit the priority.
//
// Thread  any; constructed and destroyed on the thread that is named. The thread keeps its lower
//         priority after its HostThread has ended.
#pragma once

#include <sys/types.h>

#include "base/alternate_stack.hpp"

namespace serai {

class HostThread {
 public:
  enum class Place { first, behind_shards };
  // The kernel stores at most 15 bytes of the name.
  explicit HostThread(const char* name, Place place = Place::behind_shards);
  ~HostThread();
  HostThread(const HostThread&) = delete;
  HostThread& operator=(const HostThread&) = delete;

  // True for a thread of the host. The main thread always is one.
  static bool is_one(pid_t thread);

 private:
  pid_t id_;
  AlternateStack crashes_;  // crash handlers run on it when the thread's own stack has overflowed
};

}  // namespace serai
