// Crash report: one log line about the thread that made the process crash, and the code it was in.
//
//   {"time":…,"level":"fatal","event":"host.crashed","signal":"SIGSEGV","address":"0x0",
//    "thread":"shard-1","module":"counter","module_version":"1.0.0","generation":3,
//    "handler":"rpc_add","kind":"counter","key":"42","reason":"","stack":"counter-….so+0x1f2a < …"}
//
// The handler writes the line to standard error and to a file, which the next start of the host
// reads. Then the process dies of the same signal. Frames have the form of thread_stack():
// `addr2line -Cfe FILE 0x1f2a` prints the line of source.
//
// Signal  SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT (from std::terminate and broken invariants too),
//         SIGSYS. Nothing in the handlers allocates or locks. They run on an alternate stack
//         (HostThread), so that a stack overflow is reported too. A build with a sanitizer installs
//         no handlers, because the sanitizer's own reports contain more.
#pragma once

#include <string>

namespace serai::runtime {

// Installs the signal handlers, which write the report to `file`. Call once, on the main thread,
// before other threads run.
void install_crash_report(const std::string& file);

}  // namespace serai::runtime
