// Random messages for property tests: one generator decides which fields are set, and to what.
#pragma once

#include <google/protobuf/message.h>

#include <random>

namespace serai::testing {

using Random = std::mt19937_64;

// Strings are valid UTF-8 with escapes and multi-byte characters; times are in years 1 to 9999.
void fill_random(google::protobuf::Message& message, Random& random, int depth_max = 4);

}  // namespace serai::testing
