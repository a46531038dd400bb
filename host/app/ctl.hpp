// `host ctl`: sends one request to a running host and prints its answer.
//
// Errors  as exit codes: usage, config, no_host, failed. The reason is printed to standard error.
// Thread  the main thread; blocks until the host answers.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

// The configuration must be the one with which the host on this machine was started. It contains
// the host's address and the place of its token.
ExitCode run_ctl(const Invocation& invocation);

}  // namespace serai::app
