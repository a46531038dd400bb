// Settings: the value of every configuration key and its origin. The last source wins:
//
//   built-in default < config file < profile file < environment SERAI_A__B < command line
//
// Errors  invalid_argument names the origin of the value ("config/host.json:12", "environment
//         SERAI_LOG__LEVEL", "--set log.level"), the problem, and the nearest key. load() also
//         not_found or permission_denied for the configuration file.
// Thread  plain values; the owner guards them.
// Secret  a text "file:<path>" stands for that file's content, which is never shown.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_file.hpp"

namespace serai::app {

struct Setting {
  std::string text;
  std::string origin;  // as in error texts: "config/host.json:12"
  bool is_secret = false;

  std::string shown() const;  // the text, unless it is secret
};

// A value from the command line. `origin` is the option that the user typed.
struct SettingOverride {
  std::string name;
  std::string text;
  std::string origin;
};

struct SettingSources {
  std::string config_file;  // the profile's file is in the same folder
  std::string profile;
  std::vector<std::string> environment;  // "NAME=value"
  std::vector<SettingOverride> overrides;
};

class Settings {
 public:
  static Result<Settings> load(const SettingSources& sources);

  // The key must exist and have the type; otherwise an invariant is broken.
  const std::string& text(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const;

  // The error of a key whose value cannot be used. The text begins with the file and line, or the
  // option.
  Error wrong(std::string_view name, const std::string& problem) const;

  // Checks and sets one key; `text` may be "file:<path>".
  Result<> set(const std::string& name, std::string_view text, const std::string& origin);
  // Copies the named settings from `other`. Those that `other` does not have are removed.
  void take(const Settings& other, std::span<const std::string> names);
  const std::map<std::string, Setting, std::less<>>& all() const { return all_; }
  std::string to_json(bool with_origin) const;  // secrets are hidden

 private:
  Settings();
  Result<> add_file(const std::string& path);
  Result<> add_environment(std::span<const std::string> variables);

  std::map<std::string, Setting, std::less<>> all_;
};

// The keys whose values differ, added and removed keys included.
std::vector<std::string> changed_keys(const Settings& before, const Settings& after);

}  // namespace serai::app
