// HostThread: names the calling thread, for `top -H` and debuggers, and counts it among the threads
// of the host while it lives. Any other thread of the process was started by a module or a library.
//
//   std::thread([this] { const HostThread named("loader"); run(); });
//
// Shards have priority: when fewer cores than threads are free, players wait for a shard. So all
// other threads have a lower priority (nice 10, sched(7)): they get what shards leave, in the worst
// case a tenth of a core. The processes they start, such as a rehearsal, inherit it.
//
// Thread  any. A thread keeps its lower priority when its HostThread has ended.
#pragma once

#include <sys/types.h>

#include "base/alternate_stack.hpp"

namespace serai {

class HostThread {
 public:
  enum class Place { first, behind_shards };
  // At most 15 bytes of the name are shown.
  explicit HostThread(const char* name, Place place = Place::behind_shards);
  ~HostThread();
  HostThread(const HostThread&) = delete;
  HostThread& operator=(const HostThread&) = delete;

  static bool is_one(pid_t thread);  // the main thread always is

 private:
  pid_t id_;
  AlternateStack crashes_;  // crash handlers run on it when the thread's own stack is used up
};

}  // namespace serai
