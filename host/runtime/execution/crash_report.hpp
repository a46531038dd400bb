// Crash report: what a thread was doing when the process dies of it, as a line of the log.
//
//   {"time":…,"level":"fatal","event":"host.crashed","signal":"SIGSEGV","address":"0x0",
//    "thread":"shard-1","module":"counter","module_version":"1.0.0","generation":3,
//    "handler":"rpc_add","kind":"counter","key":"42","reason":"","stack":"counter-….so+0x1f2a < …"}
//
// It goes to standard error and into a file, where the next start finds it. Then the process dies
// of the same signal. Frames are as thread_stack() shows them: `addr2line -Cfe FILE 0x1f2a`.
//
// Signal  SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT (std::terminate and broken invariants too),
//         SIGSYS. Nothing in the handlers allocates or locks; an end of the stack is reported from
//         another one (HostThread). With a sanitizer, whose handlers say more, nothing is
//         installed.
#pragma once

#include <string>

namespace serai::runtime {

// Once, before other threads run. [the main thread]
void install_crash_report(const std::string& file);

}  // namespace serai::runtime
