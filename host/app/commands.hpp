// The host's subcommands: each takes the command line and gives the exit code.
//
// Thread  the main thread.
#pragma once

#include <string>
#include <vector>

#include "app/command_line.hpp"
#include "app/exit_code.hpp"

namespace serai {

struct Invocation {
  CommandLine line;
  std::vector<std::string> environment;  // "NAME=value"
  std::string program_folder;            // where config/host.json is looked for
};

ExitCode run_host(const Invocation& invocation);
ExitCode run_check(const Invocation& invocation);
ExitCode run_migrate(const Invocation& invocation);

// Whatever the command line asks for.
ExitCode run_command(const Invocation& invocation);

SettingSources setting_sources(const Invocation& invocation);

// Where the files of modules lie: beside the host's own.
std::string module_folder(const SettingSources& sources);

}  // namespace serai
