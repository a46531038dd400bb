// Helpers for fuzz targets, and the declaration of the function that libFuzzer calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// The input as text, borrowed.
inline std::string_view fuzz_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the run when a rule is broken. libFuzzer then saves the input.
inline void fuzz_require(bool held, const char* rule) {
  if (held) return;
  std::fprintf(stderr, "broken rule: %s\n", rule);
  std::abort();
}

// Removes the front of `rest` up to `end`, and `end` itself, and returns it without `end`. If
// `rest` has no `end`, it returns all of `rest`.
inline std::string_view fuzz_part(std::string_view& rest, char end = '\n') {
  const std::string_view part = rest.substr(0, rest.find(end));
  rest.remove_prefix(part.size() < rest.size() ? part.size() + 1 : rest.size());
  return part;
}
