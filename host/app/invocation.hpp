// Invocation: how the program was called, and where its configuration is.
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
  std::string program_folder;            // where config/host.json is looked for
};

SettingSources setting_sources(const Invocation& invocation);

// The folder of module files, beside the host's own configuration.
std::string module_folder(const SettingSources& sources);

}  // namespace serai::app
