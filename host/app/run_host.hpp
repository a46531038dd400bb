// The default command: runs the server, from reading the configuration to shutdown.
//
// Thread  the main thread.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

ExitCode run_host(const Invocation& invocation);

}  // namespace serai::app
