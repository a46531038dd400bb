// thread_inside: finds a thread that is not the host's and runs a module's code, or will return
// into it. Unmapping the library would crash such a thread.
//
// How     from what the kernel shows of each thread (/proc/self/task/N/syscall): its instruction
//         pointer, and every word of its stack from the stack pointer up. Any word may be a return
//         address, so a thread may be blamed wrongly, but a waiting one is never overlooked.
//         Returns text for a person: `thread 4711 ("shard-0")`; empty: none. A thread has the name
//         of the one that started it until it is renamed.
// Thread  any.
// Cost    some system calls per thread that is not the host's; up to half a second for a thread
//         that never waits.
#pragma once

#include <filesystem>
#include <string>

namespace serai::loading {

std::string thread_inside(const std::filesystem::path& library);

}  // namespace serai::loading
