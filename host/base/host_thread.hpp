// HostThread: names the calling thread, for `top -H` and debuggers, and counts it among the host's
// own while it lives. A thread of the process that is none of them was started by a module, or by a
// library.
//
//   std::thread([this] { const HostThread named("loader"); run(); });
//
// Thread  any.
#pragma once

#include <sys/types.h>

namespace serai {

class HostThread {
 public:
  explicit HostThread(const char* name);  // at most 15 bytes are shown
  ~HostThread();
  HostThread(const HostThread&) = delete;
  HostThread& operator=(const HostThread&) = delete;

  static bool is_one(pid_t thread);  // the main thread always is

 private:
  pid_t id_;
};

}  // namespace serai
