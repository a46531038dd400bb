// RFC 3339 times: texts such as 2024-05-01T10:00:00.25Z, and seconds with nanoseconds since 1970.
//
// Units   seconds may be negative; nanos is 0 to 999,999,999 and counts forward.
// Thread  any; plain functions.
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

// Years 1 to 9999, any offset, up to nine digits of fraction.
std::optional<TimePoint> parse_rfc3339(std::string_view text);

// UTC with 0, 3, 6 or 9 digits of fraction; times outside years 1 to 9999 are clamped.
void append_rfc3339(TimePoint time, std::string& out);

}  // namespace serai
