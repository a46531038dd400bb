// ConfigRead: one value of the configuration that a handler has read. A replay reads it again from
// here, so that it gets the same value.
//
// Owner   the run, in a deque, because the module borrows the values until its handler ends.
// Thread  plain value: any.
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

// The earlier read of this key; null: there was none.
template <class Reads>
const ConfigRead* find_read(const Reads& reads, std::string_view key) {
  for (const ConfigRead& read : reads) {
    if (read.key == key) return &read;
  }
  return nullptr;
}

}  // namespace serai::abi
