// thread_inside: finds a thread that is not the host's and runs a module's code, or will return
// into it. Unmapping the library would crash such a thread.
//
// How     reads the instruction pointer and stack pointer of each such thread from
//         /proc/self/task/N/syscall, and every word of its stack from the stack pointer up, at most
//         1 MiB. Any word may be a return address, so a thread may be reported wrongly. A thread
//         that never waits is reported too, because the kernel shows no pointers of a running
//         thread.
// Result  text for a person: `thread 4711 ("shard-0")`; empty: there is no such thread. A thread
//         has the name of the thread that started it until it is renamed.
// Thread  any.
// Cost    some system calls for each thread that is not the host's; half a second for a thread that
//         never waits.
#pragma once

#include <filesystem>
#include <string>

namespace serai::loading {

std::string thread_inside(const std::filesystem::path& library);

}  // namespace serai::loading
