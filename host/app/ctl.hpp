// `host ctl`: asks a running host and prints what it says.
//
// Thread  the main thread; blocks until the host answers.
#pragma once

#include "app/command_line.hpp"
#include "app/exit_code.hpp"

namespace serai {

// `sources` as the host on this machine was started with: they say where it listens.
ExitCode run_ctl(const CommandLine& line, const SettingSources& sources);

}  // namespace serai
