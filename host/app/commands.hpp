// The program's commands. Each gets the invocation and returns the exit code.
//
// Thread  the main thread.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

// Runs the command of the command line.
ExitCode run_command(const Invocation& invocation);

}  // namespace serai::app
