// ConfigRead: what a handler was told of the configuration. A replay tells it the same again.
//
// Owner   the run; a deque, since the module may look at the values until its handler ends.
// Thread  plain value.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace serai::abi {

struct ConfigRead {
  std::string key;
  std::optional<std::string> value;  // JSON text; none: unset
};
using ConfigReads = std::deque<ConfigRead>;

template <class Reads>
const ConfigRead* find_read(const Reads& reads, std::string_view key) {
  for (const ConfigRead& read : reads) {
    if (read.key == key) return &read;
  }
  return nullptr;
}

}  // namespace serai::abi
