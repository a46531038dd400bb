// RFC 3339 times: converts texts such as 2024-05-01T10:00:00.25Z to seconds and nanoseconds since
// 1970, and back.
//
// Units   seconds may be negative. nanos is 0 to 999,999,999 and always counts forward.
// Thread  any; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace serai {

struct TimePoint {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
  friend bool operator==(const TimePoint&, const TimePoint&) = default;
};

// Accepts the years 1 to 9999, any UTC offset, and up to nine digits of fraction. No value:
// anything else.
std::optional<TimePoint> parse_rfc3339(std::string_view text);

// Writes UTC with 0, 3, 6 or 9 digits of fraction. A time outside the years 1 to 9999 is clamped.
void append_rfc3339(TimePoint time, std::string& out);

}  // namespace serai
