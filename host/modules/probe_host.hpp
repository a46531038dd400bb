// The host table of the probe: a module can open with it, write to sinks and nothing else.
//
// Thread  the probe has one.
#pragma once

#include <string>

#include "serai/abi.h"

namespace serai {

// Takes what a module writes. Bounded, like the real one.
struct ProbeSink {
  static constexpr std::size_t kBytesMax = 64U << 20;
  std::string bytes;
  serai_sink* handle() { return reinterpret_cast<serai_sink*>(this); }
};

const serai_host& probe_host();

}  // namespace serai
