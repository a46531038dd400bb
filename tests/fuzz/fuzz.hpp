// What a fuzz target brings: the function libFuzzer calls, and inputs worth mutating.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

std::vector<std::string> fuzz_seeds();

inline std::string_view fuzz_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A broken rule ends the run: libFuzzer and fuzz_main both keep the input.
inline void fuzz_require(bool held, const char* rule) {
  if (held) return;
  std::fprintf(stderr, "broken rule: %s\n", rule);
  std::abort();
}
