// ResumeOptions: the configuration of the sessions that outlive their connections.
//
// Units   in the name or the type of the field.
// Owner   plain values; a part of SessionOptions.
#pragma once

#include <cstdint>

namespace serai::session {

// The bounds of one ResumeBuffer.
struct ResumeBounds {
  std::uint32_t messages_max = 1'024;
  std::uint64_t bytes_max = 262'144;
  std::int64_t age_max_ms = 60'000;
};

struct ResumeOptions {
  std::uint32_t keep_ms = 30'000;  // at the start; it may change later
  ResumeBounds bounds;
  std::uint64_t memory_bytes_max = std::uint64_t{64} << 20;  // all buffers together
};

}  // namespace serai::session
