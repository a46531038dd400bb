#include "app/module_files.hpp"

#include <mutex>
#include <nlohmann/json.hpp>

namespace serai::app {
namespace {

using nlohmann::json;

// The JSON text of a feature. The settings have it as text, whichever source it is from: "true" and
// "7" become a flag and a number, any other text a JSON string.
std::string feature_json(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  const bool scalar = parsed.is_boolean() || parsed.is_number();
  return scalar ? text : json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::vector<std::string> ModuleFiles::adopt(ModuleFileSet files) {
  const std::unique_lock lock(mutex_);
  std::vector<std::string> changed = changed_settings(files_, files);
  files_ = std::move(files);
  return changed;
}

void ModuleFiles::take_features(const Settings& settings) {
  std::map<std::string, std::string, std::less<>> features;
  for (const auto& [name, setting] : settings.all()) {
    if (name.starts_with(kFeaturesPrefix)) features[name] = feature_json(setting.text);
  }
  const std::unique_lock lock(mutex_);
  features_ = std::move(features);
}

ModuleFileSet ModuleFiles::in_force() const {
  const std::shared_lock lock(mutex_);
  return files_;
}

std::optional<std::string> ModuleFiles::get(std::string_view module, std::string_view key) const {
  const std::shared_lock lock(mutex_);
  if (key.starts_with(kFeaturesPrefix)) {
    const auto found = features_.find(key);
    if (found == features_.end()) return std::nullopt;
    return found->second;
  }
  const auto file = files_.find(module);
  if (file == files_.end()) return std::nullopt;
  const auto value = file->second.values.find(key);
  if (value == file->second.values.end()) return std::nullopt;
  return value->second;
}

}  // namespace serai::app
