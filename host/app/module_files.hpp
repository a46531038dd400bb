// ModuleFiles: the configuration of modules in force: config/modules/<name>.json, and the host's
// "features.*".
//
// Errors  read(): as read_module_files().
// Thread  any.
// Owner   the host; lives longer than the runtime.
#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <vector>

#include "app/module_file_set.hpp"
#include "app/settings.hpp"
#include "runtime/shard/environment.hpp"

namespace serai::app {

class ModuleFiles final : public runtime::ModuleConfig {
 public:
  explicit ModuleFiles(std::string folder) : folder_(std::move(folder)) {}

  // Reads the files from the folder without putting them in force.
  Result<ModuleFileSet> read() const { return read_module_files(folder_); }
  // Puts the files in force and returns the keys whose values changed.
  std::vector<std::string> adopt(ModuleFileSet files);
  void take_features(const Settings& settings);  // replaces all features

  ModuleFileSet in_force() const;
  std::optional<std::string> get(std::string_view module, std::string_view key) const override;

 private:
  std::string folder_;
  mutable std::shared_mutex mutex_;
  ModuleFileSet files_;                                       // GUARDED_BY(mutex_)
  std::map<std::string, std::string, std::less<>> features_;  // GUARDED_BY(mutex_); JSON text
};

}  // namespace serai::app
