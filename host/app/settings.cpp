#include "app/settings.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/nearest_key.hpp"
#include "base/parse_number.hpp"

namespace serai::app {
namespace {

constexpr std::string_view kEnvironmentPrefix = "SERAI_";
constexpr std::string_view kFilePrefix = "file:";

// The key of an environment variable: "SERAI_SOCKET__SERVER_KEY" sets socket.server_key. Names
// without "__" are not configuration.
std::string key_of_variable(std::string_view variable) {
  std::string name;
  for (std::size_t i = kEnvironmentPrefix.size(); i < variable.size(); ++i) {
    if (variable.substr(i).starts_with("__")) {
      name += '.';
      ++i;
    } else {
      const char c = variable[i];
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return name;
}

std::string variable_of_key(std::string_view name) {
  std::string variable(kEnvironmentPrefix);
  for (const char c : name) {
    if (c == '.') {
      variable += "__";
    } else {
      variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return variable;
}

Error unknown_key(const std::string& origin, std::string_view name) {
  std::string nearest(nearest_config_key(name));
  if (!nearest.empty() && origin.starts_with("environment ")) nearest = variable_of_key(nearest);
  return {Errc::invalid_argument, origin + ": " + unknown_key_text(name, nearest)};
}

Result<std::string> read_secret(const std::string& origin, std::string_view path) {
  auto text = read_config_text(std::string(path));
  if (!text) {
    return Error{Errc::invalid_argument, origin + ": the secret " + text.error().detail};
  }
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  if (text->empty()) {
    return Error{Errc::invalid_argument,
                 origin + ": the secret " + std::string(path) + " is empty"};
  }
  return std::move(*text);
}

bool is_feature(std::string_view name) {
  return name.starts_with(kFeaturesPrefix) && name.size() > kFeaturesPrefix.size();
}

}  // namespace

Settings::Settings() {
  for (const ConfigKey& key : config_keys()) {
    all_.emplace(
        key.name,
        Setting{std::string(key.initial), "built-in default", key.show == ConfigShow::secret});
  }
}

Result<Settings> Settings::load(const SettingSources& sources) {
  Settings settings;
  if (auto added = settings.add_file(sources.config_file); !added) return added.error();
  const auto folder = std::filesystem::path(sources.config_file).parent_path();
  const std::string profile_file = (folder / (sources.profile + ".json")).string();
  if (auto added = settings.add_file(profile_file); !added) {
    if (added.error().code != Errc::not_found) return added.error();
    return Error{Errc::invalid_argument,
                 "profile \"" + sources.profile + "\" has no file " + profile_file};
  }
  if (auto added = settings.add_environment(sources.environment); !added) return added.error();
  for (const SettingOverride& change : sources.overrides) {
    if (auto set = settings.set(change.name, change.text, change.origin); !set) return set.error();
  }
  return settings;
}

Result<> Settings::add_file(const std::string& path) {
  auto json = read_config_text(path);
  if (!json) return json.error();
  auto lines = parse_config(*json, path);
  if (!lines) return lines.error();
  for (const ConfigLine& line : *lines) {
    const std::string origin = path + ":" + std::to_string(line.line);
    const ConfigKey* key = find_config_key(line.name);
    if (key != nullptr && key->type != line.type) {
      return Error{Errc::invalid_argument,
                   origin + ": " + line.name + " must be " + std::string(type_text(key->type)) +
                       ", not \"" + line.text + "\""};
    }
    if (auto done = set(line.name, line.text, origin); !done) return done;
  }
  return success();
}

Result<> Settings::add_environment(std::span<const std::string> variables) {
  for (const std::string& variable : variables) {
    const std::string name = variable.substr(0, variable.find('='));
    if (!name.starts_with(kEnvironmentPrefix) || name.size() == variable.size()) continue;
    if (name.find("__") == std::string::npos) continue;
    const std::string_view text = std::string_view(variable).substr(name.size() + 1);
    if (auto done = set(key_of_variable(name), text, "environment " + name); !done) return done;
  }
  return success();
}

Error Settings::wrong(std::string_view name, const std::string& problem) const {
  const auto found = all_.find(name);
  SERAI_ASSERT(found != all_.end());
  return {Errc::invalid_argument, found->second.origin + ": " + std::string(name) + " " + problem};
}

Result<> Settings::set(const std::string& name, std::string_view text, const std::string& origin) {
  const ConfigKey* key = find_config_key(name);
  if (key == nullptr && !is_feature(name)) return unknown_key(origin, name);
  Setting setting{std::string(text), origin, key != nullptr && key->show == ConfigShow::secret};
  if ((key == nullptr || key->type == ConfigType::text) && text.starts_with(kFilePrefix)) {
    auto secret = read_secret(origin, text.substr(kFilePrefix.size()));
    if (!secret) return secret.error();
    setting = {std::move(*secret), origin + " (" + std::string(text) + ")", true};
  }
  if (key != nullptr) {
    if (auto good = check_config_value(*key, setting.text); !good) {
      return Error{Errc::invalid_argument, origin + ": " + good.error().detail};
    }
  }
  all_[name] = std::move(setting);
  return success();
}

void Settings::take(const Settings& other, std::span<const std::string> names) {
  for (const std::string& name : names) {
    const auto found = other.all_.find(name);
    if (found == other.all_.end()) {
      all_.erase(name);
    } else {
      all_[name] = found->second;
    }
  }
}

const std::string& Settings::text(std::string_view name) const {
  const auto found = all_.find(name);
  SERAI_ASSERT(found != all_.end());
  return found->second.text;
}

std::int64_t Settings::integer(std::string_view name) const {
  const auto number = parse_number<std::int64_t>(text(name));
  SERAI_ASSERT(number.has_value());
  return *number;
}

bool Settings::flag(std::string_view name) const { return text(name) == "true"; }

std::string Setting::shown() const { return is_secret && !text.empty() ? "(secret)" : text; }

std::string Settings::to_json(bool with_origin) const {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  for (const auto& [name, setting] : all_) {
    const ConfigKey* key = find_config_key(name);
    nlohmann::ordered_json value = setting.shown();
    if (!setting.is_secret && key != nullptr && key->type != ConfigType::text) {
      value = nlohmann::ordered_json::parse(setting.text);
    }
    if (with_origin) {
      const bool live = key == nullptr || key->use == ConfigUse::live;
      value = {{"value", value}, {"origin", setting.origin}, {"live", live}};
    }
    out[name] = std::move(value);
  }
  // Text from a file may contain bytes that are not UTF-8. They are replaced, so that the JSON
  // stays valid.
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::vector<std::string> changed_keys(const Settings& before, const Settings& after) {
  std::vector<std::string> changed;
  for (const auto& [name, setting] : after.all()) {
    const auto old = before.all().find(name);
    if (old == before.all().end() || old->second.text != setting.text) changed.push_back(name);
  }
  for (const auto& [name, setting] : before.all()) {
    if (!after.all().contains(name)) changed.push_back(name);
  }
  return changed;
}

}  // namespace serai::app
