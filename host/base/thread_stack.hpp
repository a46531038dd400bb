// thread_stack: the stack of another thread of this process, taken by that thread's signal handler.
//
//   log.error("handler.stuck", {{"stack", thread_stack(shard.thread_id())}});
//
// Shape   innermost first: "battle-….so+0x1f2a < libc.so.6+0x3fd90 < host+0x2c1f0"; with a name
//         instead of a number where the file exports one. `addr2line -Cfe FILE 0x1f2a` gives the
//         line. Empty when the thread has gone or does not answer within 100 ms.
// Signal  SIGURG: ignored by default and used by nothing else here. A sleep or wait of the asked
//         thread may end early with EINTR, as with any signal.
// Thread  any; one call at a time, others wait.
#pragma once

#include <sys/types.h>

#include <string>

namespace serai {

std::string thread_stack(pid_t thread);

// A return address, in the form of a frame of thread_stack().
std::string place_of(const void* return_address);
// True when two addresses are in the same program or library.
bool in_one_file(const void* one, const void* other);

}  // namespace serai
