// The program's commands by name: each takes how it was called and gives the exit code.
//
// Thread  the main thread.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

// Whatever the command line asks for.
ExitCode run_command(const Invocation& invocation);

}  // namespace serai::app
