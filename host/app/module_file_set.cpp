#include "app/module_file_set.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "app/nearest_key.hpp"

namespace serai::app {
namespace {

using nlohmann::json;
using Values = std::map<std::string, std::string, std::less<>>;

void flatten(const json& object, const std::string& prefix, Values& out) {
  for (const auto& [name, value] : object.items()) {
    const std::string key = prefix + name;
    out[key] = value.dump(-1, ' ', false, json::error_handler_t::replace);
    if (value.is_object()) flatten(value, key + ".", out);
  }
}

Result<ModuleFile> read_module_file(const std::string& path) {
  auto text = read_config_text(path);
  if (!text) return text.error();
  auto lines = parse_config(*text, path, ConfigValues::any);
  if (!lines) return lines.error();
  ModuleFile file{path, *std::move(lines), {}};
  flatten(json::parse(*text, nullptr, false, true), "", file.values);
  return file;
}

const abi::SettingContract* find(const std::vector<abi::SettingContract>& declared,
                                 std::string_view key) {
  const auto found = std::ranges::find(declared, key, &abi::SettingContract::key);
  // A module's file cannot set features: they are in the host's configuration.
  return found == declared.end() || key.starts_with(kFeaturesPrefix) ? nullptr : &*found;
}

bool is_of(const std::string& type, ConfigType value) {
  if (type == "boolean") return value == ConfigType::flag;
  return type == "json" || value == ConfigType::integer;
}

// Checks the lines of one file against the declarations of its module.
class Judge {
 public:
  Judge(const ModuleFile& file, const std::vector<abi::SettingContract>& declared)
      : file_(file), declared_(declared) {}

  void add_findings(std::vector<std::string>& out) const {
    for (std::size_t i = 0; i < file_.lines.size(); ++i) {
      const ConfigLine& line = file_.lines[i];
      const std::string problem = judge(line, holds_next(i));
      if (problem.empty()) continue;
      out.push_back(file_.path + ":" + std::to_string(line.line) + ": " + problem);
    }
  }

 private:
  std::string judge(const ConfigLine& line, bool holds_others) const {
    if (const abi::SettingContract* setting = find(declared_, line.name)) {
      if (is_of(setting->type, line.type)) return "";
      const ConfigType wanted = setting->type == "boolean" ? ConfigType::flag : ConfigType::integer;
      return line.name + " must be " + std::string(type_text(wanted)) + ", not \"" + line.text +
             "\"";
    }
    // An object is checked member by member. The content of a declared JSON setting is checked by
    // its module.
    if (holds_others || is_inside_declared(line.name)) return "";
    return unknown_key_text(line.name, nearest_key(line.name, keys()));
  }

  // True when line i is an object with members, which come right after it.
  bool holds_next(std::size_t i) const {
    return i + 1 < file_.lines.size() &&
           file_.lines[i + 1].name.starts_with(file_.lines[i].name + ".");
  }

  bool is_inside_declared(std::string_view name) const {
    for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
      if (find(declared_, name.substr(0, dot)) != nullptr) return true;
    }
    return false;
  }

  std::vector<std::string_view> keys() const {
    std::vector<std::string_view> out;
    for (const abi::SettingContract& setting : declared_) {
      if (!setting.key.starts_with(kFeaturesPrefix)) out.push_back(setting.key);
    }
    return out;
  }

  const ModuleFile& file_;
  const std::vector<abi::SettingContract>& declared_;
};

// False for an object with members: its members are reported one by one.
bool is_leaf(const std::string& value) { return !value.starts_with('{') || value == "{}"; }

void add_changed(const std::string& module,
                 const Values& before,
                 const Values& after,
                 std::set<std::string>& out) {
  for (const auto& [key, value] : after) {
    const auto old = before.find(key);
    const bool same = old != before.end() && old->second == value;
    if (!same && is_leaf(value)) out.insert("modules/" + module + "." + key);
  }
}

}  // namespace

Result<ModuleFileSet> read_module_files(const std::string& folder) {
  ModuleFileSet files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    if (entry.path().extension() != ".json") continue;
    auto file = read_module_file(entry.path().string());
    if (!file) return file.error();
    files[entry.path().stem().string()] = *std::move(file);
  }
  return files;
}

std::vector<std::string> wrong_settings(const ModuleFileSet& files,
                                        const DeclaredSettings& declared) {
  std::vector<std::string> findings;
  for (const auto& [module, file] : files) {
    const auto found = declared.find(module);
    if (found != declared.end()) Judge(file, found->second).add_findings(findings);
  }
  return findings;
}

Result<> check_module_files(const ModuleFileSet& files, const DeclaredSettings& declared) {
  std::string all;
  for (const std::string& finding : wrong_settings(files, declared)) {
    all += (all.empty() ? "" : "\n") + finding;
  }
  if (all.empty()) return success();
  return Error{Errc::invalid_argument, std::move(all)};
}

std::vector<std::string> files_without_module(const ModuleFileSet& files,
                                              const DeclaredSettings& declared) {
  std::vector<std::string> out;
  for (const auto& [module, file] : files) {
    if (!declared.contains(module)) out.push_back(file.path);
  }
  return out;
}

std::vector<std::string> changed_settings(const ModuleFileSet& before, const ModuleFileSet& after) {
  static const Values kNone;
  const auto values = [](const ModuleFileSet& set, const std::string& module) -> const Values& {
    const auto found = set.find(module);
    return found == set.end() ? kNone : found->second.values;
  };
  std::set<std::string> changed;
  for (const ModuleFileSet* set : {&before, &after}) {
    for (const auto& [module, file] : *set) {
      add_changed(module, values(before, module), values(after, module), changed);
      add_changed(module, values(after, module), values(before, module), changed);
    }
  }
  return {changed.begin(), changed.end()};
}

}  // namespace serai::app
