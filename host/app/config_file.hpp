// Configuration files: JSON with comments, read as a flat list of dotted keys with their lines.
//
// Errors  invalid_argument as "<file>:<line>: <text>"; not_found when there is no such file;
//         permission_denied when it cannot be opened.
// Thread  any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config_key.hpp"

namespace serai::app {

struct ConfigLine {
  std::string name;  // "socket.listen"
  // The value. A text has no quotes; "{...}" stands for any object, "[...]" for any list.
  std::string text;
  ConfigType type = ConfigType::text;
  int line = 0;
};

enum class ConfigValues {
  scalars,  // texts, whole numbers and flags: for the host's own keys
  // For module files: also objects, lists, fractions and null. An object is a line of its own,
  // followed by the lines of its members.
  any,
};

// `file_name` is only used in error texts.
Result<std::vector<ConfigLine>> parse_config(std::string_view json,
                                             const std::string& file_name,
                                             ConfigValues values = ConfigValues::scalars);

// Reads a whole file of at most 1 MiB.
Result<std::string> read_config_text(const std::string& path);

}  // namespace serai::app
