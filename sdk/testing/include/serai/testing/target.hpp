// Target: the receiver of a call by World::call().
//
// Owner   borrows its texts, so make it in the expression that uses it.
#pragma once

#include <string_view>

namespace serai::testing {

struct Target {
  std::string_view kind;  // empty, with an empty key: a stateless handler
  std::string_view key;
  std::string_view handler;
};

}  // namespace serai::testing
