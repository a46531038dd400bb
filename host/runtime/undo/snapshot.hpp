// Snapshot: the state of an entity at one moment.
//
// Thread  plain value.
#pragma once

#include <cstdint>
#include <string>

#include "model/generator.hpp"

namespace serai::runtime {

struct Snapshot {
  bool created = false;  // as entity_create() made it; bytes are empty
  std::uint32_t schema = 0;
  std::string bytes;
  Generator generator;
};

}  // namespace serai::runtime
