// thread_stack(): returns the call stack of another thread of this process. A signal handler on
// that thread records it.
//
//   log.error("handler.stuck", {{"stack", thread_stack(shard.thread_id())}});
//
// Shape   frames, the innermost first: "battle-….so+0x1f2a < libc.so.6+0x3fd90 < host+0x2c1f0". A
//         frame has a function name instead of an offset where its file exports one. To print the
//         source line of an offset: `addr2line -Cfe FILE 0x1f2a`. Empty: the thread has ended, or
//         does not answer within 100 ms.
// Signal  SIGURG, which is ignored by default and not used elsewhere in the host. Like any signal,
//         it may end a sleep or wait of the thread early, with EINTR.
// Thread  any; blocking. One call at a time, others wait.
#pragma once

#include <sys/types.h>

#include <string>

namespace serai {

std::string thread_stack(pid_t thread);

// Returns the text of a return address, in the form of a frame of thread_stack().
std::string place_of(const void* return_address);
// True when both addresses are in the same program or library.
bool in_one_file(const void* one, const void* other);

}  // namespace serai
