// Configuration files: JSON with comments, read as a flat list of dotted keys with their lines.
//
// Errors  invalid_argument as "<file>:<line>: <what>"; not_found when there is no such file.
// Thread  any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config_key.hpp"

namespace serai {

struct ConfigLine {
  std::string name;  // "socket.listen"
  std::string text;  // the value: texts without quotes, numbers and flags as written
  ConfigType type = ConfigType::text;
  int line = 0;
};

Result<std::vector<ConfigLine>> parse_config(std::string_view json, const std::string& file_name);

// Whole file, up to 1 MiB.
Result<std::string> read_config_text(const std::string& path);

}  // namespace serai
