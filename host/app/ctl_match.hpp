// `host ctl match replay` and `bisect`: play a dumped match again, without a server. Results are
// printed on standard output, errors on standard error.
//
//   replay DIR [RELEASE]   plays the match under a release, by default the one of modules.dir, and
//                          prints a line for each message. failed: the state in the end is not that
//                          of the dump
//   bisect DIR RELEASE...  plays it under each release, in their order, until the result differs
//                          from the recorded one. failed: there is such a release
//
// A release is its folder, or a module file.
//
// Errors  as exit codes: usage, config, release, failed.
// Thread  the main thread; blocking.
#pragma once

#include "app/exit_code.hpp"
#include "app/invocation.hpp"

namespace serai::app {

bool is_offline(const CommandLine& line);  // of a line with Command::ctl: it is for run_ctl_match()

ExitCode run_ctl_match(const Invocation& invocation);

}  // namespace serai::app
