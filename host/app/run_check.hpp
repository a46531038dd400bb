// The command `check`: checks a module file or a release as a swap would; also writes its
// manifest.json or its contracts.
//
// Thread  the main thread.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

ExitCode run_check(const Invocation& invocation);

}  // namespace serai::app
