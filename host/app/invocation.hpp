// Invocation: the command line and environment of the program, and the folder of its configuration.
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
  std::string program_folder;            // config/host.json is in it by default
};

SettingSources setting_sources(const Invocation& invocation);

// The folder of module files, beside the host's own configuration.
std::string module_folder(const SettingSources& sources);

}  // namespace serai::app
