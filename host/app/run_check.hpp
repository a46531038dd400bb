// The command `check`: checks a module file or a release as a swap would. With --write-manifest or
// --contracts it writes the release's manifest.json or contracts instead.
//
// Errors  as exit codes: usage, config, release. The reason is printed.
// Thread  the main thread.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

ExitCode run_check(const Invocation& invocation);

}  // namespace serai::app
