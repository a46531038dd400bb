// ConfigKey: every configuration key of the host, with its type, default and bounds.
// config/host.json documents the keys.
//
// Units   at the end of a key's name: _us, _ms, _sec, _hours, _days, _bytes, _mb, _percent. Bounds
//         are inclusive.
// Thread  any; the table is constant.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serai::app {

enum class ConfigType {
  text,
  integer,
  flag,
  json,  // in module files only: an object, a list, a fraction or null
};
std::string_view type_text(ConfigType type);  // for error texts: "a whole number"

enum class ConfigUse {
  restart,  // read once, at start
  live,     // SIGHUP and the admin API change it while the host serves
};

enum class ConfigShow {
  plain,
  secret,  // never logged, never shown
};

struct ConfigKey {
  std::string_view name;
  ConfigType type = ConfigType::text;
  std::string_view initial;  // the default, as text
  std::int64_t min = 0;      // integers only
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  ConfigUse use = ConfigUse::restart;
  ConfigShow show = ConfigShow::plain;
};

// Keys with this prefix belong to the game. They may have any name and any scalar value, and all
// are live.
inline constexpr std::string_view kFeaturesPrefix = "features.";

std::span<const ConfigKey> config_keys();
const ConfigKey* find_config_key(std::string_view name);  // null: no such key

// The key that `name` most likely means; empty when none is close.
std::string_view nearest_config_key(std::string_view name);

// Checks type and bounds. invalid_argument: the detail names the allowed values.
Result<> check_config_value(const ConfigKey& key, std::string_view text);

}  // namespace serai::app
