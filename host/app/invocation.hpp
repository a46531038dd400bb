// Invocation: how the program was called, and where that leads it for its configuration.
//
// Thread  the main thread.
#pragma once

#include <string>
#include <vector>

#include "app/command_line.hpp"

namespace serai {

struct Invocation {
  CommandLine line;
  std::vector<std::string> environment;  // "NAME=value"
  std::string program_folder;            // where config/host.json is looked for
};

SettingSources setting_sources(const Invocation& invocation);

// Where the files of modules lie: beside the host's own.
std::string module_folder(const SettingSources& sources);

}  // namespace serai
