// The command `check`: a module file or a release, judged as a server would; also what is written
// from one (manifest.json, contracts).
//
// Thread  the main thread.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

ExitCode run_check(const Invocation& invocation);

}  // namespace serai::app
