// thread_inside: a thread that runs a module's code, or will return into it, though it is none of
// the host's. Closing the library would pull the code from under it.
//
// How     by what the kernel shows of each thread (/proc/self/task/N/syscall): its instruction, and
//         every word of its stack from the stack pointer up. Words are guessed to be return
//         addresses, so a thread may be blamed wrongly, never overlooked while it waits. Returns
//         words for a person: `thread 4711 ("shard-0")`; empty for none. A thread that starts is
//         named after the one that started it.
// Thread  any. Cost: some system calls a thread that is not the host's; waits half a second for one
//         that does nothing but run.
#pragma once

#include <filesystem>
#include <string>

namespace serai::loading {

std::string thread_inside(const std::filesystem::path& library);

}  // namespace serai::loading
