#include "app/invocation.hpp"

#include <filesystem>

namespace serai::app {

SettingSources setting_sources(const Invocation& invocation) {
  const CommandLine& line = invocation.line;
  SettingSources sources;
  sources.config_file =
      line.config_file.empty() ? invocation.program_folder + "/config/host.json" : line.config_file;
  sources.profile = line.profile;
  sources.environment = invocation.environment;
  sources.overrides = line.overrides;
  return sources;
}

bool has_config(const Invocation& invocation) {
  return !invocation.line.config_file.empty() ||
         std::filesystem::exists(setting_sources(invocation).config_file);
}

std::string module_folder(const SettingSources& sources) {
  return (std::filesystem::path(sources.config_file).parent_path() / "modules").string();
}

}  // namespace serai::app
