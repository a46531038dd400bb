// The default command: a server from its configuration to its end.
//
// Thread  the main thread.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

ExitCode run_host(const Invocation& invocation);

}  // namespace serai::app
