// ResumeShared: what the sessions that can resume share over all shards: bounds, memory, and the
// time for which they are parked.
//
// Units   keep_ms: milliseconds; 0: a session ends with its connection.
// Thread  any. keep_ms may change while the host runs.
// Owner   SessionLayer; the parts borrow it.
#pragma once

#include <atomic>
#include <cstdint>

#include "session/resume_memory.hpp"
#include "session/resume_options.hpp"

namespace serai::session {

struct ResumeShared {
  ResumeShared(const ResumeOptions& options, Gauge& buffered)
      : bounds(options.bounds),
        memory(options.memory_bytes_max, buffered),
        keep_ms(options.keep_ms) {}

  const ResumeBounds bounds;
  ResumeMemory memory;
  std::atomic<std::uint32_t> keep_ms;
};

}  // namespace serai::session
