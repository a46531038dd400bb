// Invocation: the command line and the environment of the program, and the folder it is in.
//
// Thread  the main thread.
#pragma once

#include <string>
#include <vector>

#include "app/command_line.hpp"

namespace serai::app {

struct Invocation {
  CommandLine line;
  std::vector<std::string> environment;  // "NAME=value"
  std::string program_folder;            // config/host.json is read here by default
};

// The sources that Settings::load() reads.
SettingSources setting_sources(const Invocation& invocation);

// False when there is no configuration to read. A developer of modules may have none beside the
// host.
bool has_config(const Invocation& invocation);

// The folder of module files, beside the host's own configuration.
std::string module_folder(const SettingSources& sources);

}  // namespace serai::app
