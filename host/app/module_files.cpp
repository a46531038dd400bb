#include "app/module_files.hpp"

#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

namespace serai {
namespace {

using nlohmann::json;

Result<json> read_json_file(const std::string& path) {
  auto text = read_config_text(path);
  if (!text) return text.error();
  json parsed = json::parse(*text, nullptr, false, true);
  if (parsed.is_object()) return parsed;
  return Error{Errc::invalid_argument, path + ": must hold one JSON object"};
}

// The part of `from` a dotted key leads to, or null.
const json* walk(const json& from, std::string_view key) {
  const json* at = &from;
  while (!key.empty()) {
    const std::size_t dot = key.find('.');
    const std::string part(key.substr(0, dot));
    if (!at->is_object() || !at->contains(part)) return nullptr;
    at = &(*at)[part];
    key = dot == std::string_view::npos ? std::string_view() : key.substr(dot + 1);
  }
  return at;
}

// Features come as text, wherever they were set: "true" and "7" are what they look like.
std::string feature_json(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  const bool scalar = parsed.is_boolean() || parsed.is_number();
  return scalar ? text : json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

struct ModuleFiles::Content {
  std::map<std::string, json, std::less<>> modules;
  std::map<std::string, std::string, std::less<>> features;  // as JSON text
};

ModuleFiles::ModuleFiles(std::string folder)
    : folder_(std::move(folder)), content_(std::make_unique<const Content>()) {}
ModuleFiles::~ModuleFiles() = default;

Result<> ModuleFiles::read(const Settings& settings) {
  auto content = std::make_unique<Content>();
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, none)) {
    if (entry.path().extension() != ".json") continue;
    auto parsed = read_json_file(entry.path().string());
    if (!parsed) return parsed.error();
    content->modules[entry.path().stem().string()] = *std::move(parsed);
  }
  for (const auto& [name, setting] : settings.all()) {
    if (name.starts_with(kFeaturesPrefix)) content->features[name] = feature_json(setting.text);
  }
  const std::unique_lock lock(mutex_);
  content_ = std::move(content);
  return success();
}

std::optional<std::string> ModuleFiles::get(std::string_view module, std::string_view key) const {
  const std::shared_lock lock(mutex_);
  if (key.starts_with(kFeaturesPrefix)) {
    const auto found = content_->features.find(key);
    if (found == content_->features.end()) return std::nullopt;
    return found->second;
  }
  const auto file = content_->modules.find(module);
  if (file == content_->modules.end()) return std::nullopt;
  const json* value = walk(file->second, key);
  if (value == nullptr) return std::nullopt;
  return value->dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace serai
