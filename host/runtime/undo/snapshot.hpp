// Snapshot: the state of an entity at one moment, as its module has exported it, and its generator.
//
// Thread  plain value.
#pragma once

#include <cstdint>
#include <string>

#include "model/generator.hpp"

namespace serai::runtime {

struct Snapshot {
  bool created = false;      // the state is that of a new entity (entity_create); `bytes` is empty
  std::uint32_t schema = 0;  // of `bytes`
  std::string bytes;
  Generator generator;
};

}  // namespace serai::runtime
