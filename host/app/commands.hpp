// The program's commands.
//
// Thread  the main thread.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

// Runs the command in the invocation and returns the process's exit code. Errors are printed or
// logged.
ExitCode run_command(const Invocation& invocation);

}  // namespace serai::app
