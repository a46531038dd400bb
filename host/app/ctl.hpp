// `host ctl`: asks a running host and prints its answer.
//
// Thread  the main thread; blocks until the host answers.
#pragma once

#include "app/command_line.hpp"
#include "app/exit_code.hpp"

namespace serai::app {

// `sources` are those with which the host on this machine was started. They have its address.
ExitCode run_ctl(const CommandLine& line, const SettingSources& sources);

}  // namespace serai::app
