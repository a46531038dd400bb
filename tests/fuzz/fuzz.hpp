// Helpers for fuzz targets, beside the function that libFuzzer calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

inline std::string_view fuzz_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A broken rule ends the run; libFuzzer keeps the input.
inline void fuzz_require(bool held, const char* rule) {
  if (held) return;
  std::fprintf(stderr, "broken rule: %s\n", rule);
  std::abort();
}

// Removes and returns the front of `rest` up to `end`; also removes `end`. All of `rest` without an
// `end`.
inline std::string_view fuzz_part(std::string_view& rest, char end = '\n') {
  const std::string_view part = rest.substr(0, rest.find(end));
  rest.remove_prefix(part.size() < rest.size() ? part.size() + 1 : rest.size());
  return part;
}
