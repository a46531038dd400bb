// ModuleFiles: what modules may read: config/modules/<name>.json, and the host's "features.*".
//
// Errors  read(): invalid_argument as "<file>: <what>"; the former content stays.
// Thread  get(): any. read(): one at a time.
// Owner   the host; lives longer than the runtime.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>

#include "app/settings.hpp"
#include "base/result.hpp"
#include "runtime/shard/environment.hpp"

namespace serai {

class ModuleFiles final : public ModuleConfig {
 public:
  explicit ModuleFiles(std::string folder);
  ~ModuleFiles() override;

  // All files again, and the features of `settings`. No folder: no files.
  Result<> read(const Settings& settings);

  std::optional<std::string> get(std::string_view module, std::string_view key) const override;

 private:
  struct Content;
  std::string folder_;
  mutable std::shared_mutex mutex_;
  std::unique_ptr<const Content> content_;  // GUARDED_BY(mutex_)
};

}  // namespace serai
