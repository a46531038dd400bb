// Setting: one key of a module's configuration, with its type and its default.
//
//   constexpr serai::Setting kTurnMs{"turn_ms", 20'000};
//   constexpr auto kModule = serai::module("battle", "1.0.0", kBattle).settings(kTurnMs);
//   … match.config(kTurnMs) …
//
// Source  config/modules/<name>.json, by a dotted key. Keys "features.<name>" are read from the
//         host's configuration.
// Types   a whole number, bool, or std::string_view for the JSON text of any other value.
// Errors  a handler that reads a key which the module does not declare fails.
#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace serai::inline face {

template <class T>
concept SettingValue = std::integral<T> || std::same_as<T, std::string_view>;

template <SettingValue T>
struct Setting {
  std::string_view key;
  T otherwise;  // the default
};
template <class T>
Setting(const char*, T) -> Setting<T>;

namespace detail {

struct SettingFacts {
  std::string_view key;
  std::string_view type;  // its name in the manifest
};

template <SettingValue T>
constexpr SettingFacts facts_of(const Setting<T>& setting) {
  if constexpr (std::same_as<T, bool>) {
    return {setting.key, "boolean"};
  } else {
    return {setting.key, std::integral<T> ? "integer" : "json"};
  }
}

// Parses the JSON text of a setting. A value of another type counts as unset.
template <SettingValue T>
auto read_setting(std::string_view json, const Setting<T>& setting) {
  if constexpr (std::same_as<T, std::string_view>) {
    return std::string(json);
  } else if constexpr (std::same_as<T, bool>) {
    return json == "true" || (json != "false" && setting.otherwise);
  } else {
    T number = setting.otherwise;
    const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), number);
    return error == std::errc() && end == json.data() + json.size() ? number : setting.otherwise;
  }
}

}  // namespace detail
}  // namespace serai::inline face
