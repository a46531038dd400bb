// HostThread: names the calling thread, for `top -H` and debuggers, and counts it among the host's
// own while it lives. A thread of the process that is none of them was started by a module, or by a
// library.
//
//   std::thread([this] { const HostThread named("loader"); run(); });
//
// Shards come first: where there are fewer cores than threads that want one, players wait for a
// shard, and all other threads take what it leaves, a tenth of a core at worst (nice 10, sched(7)).
// So do the processes they start: a rehearsal.
//
// Thread  any. A thread stays behind shards when its HostThread has ended.
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
  AlternateStack crashes_;  // a stack that is used up is reported from here
};

}  // namespace serai
