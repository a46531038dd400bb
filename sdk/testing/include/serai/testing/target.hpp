// Target: where a message of World::call() goes.
//
// Owner   borrows its texts; make it where it is used.
#pragma once

#include <string_view>

namespace serai::testing {

struct Target {
  std::string_view kind;  // empty, with an empty key: a stateless handler
  std::string_view key;
  std::string_view handler;
};

}  // namespace serai::testing
