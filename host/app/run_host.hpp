// The command `run`, the default: runs the server, from reading the configuration to its shutdown.
//
// Errors  logged as host.start_failed and returned as the exit code.
// Thread  the main thread.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

ExitCode run_host(const Invocation& invocation);

}  // namespace serai::app
