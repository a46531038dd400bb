// SessionMetrics: the metrics of the session layer. Their names and descriptions are in
// metrics.cpp.
//
// Thread  any.
// Owner   the registry owns the metrics; SessionLayer owns the one SessionMetrics.
#pragma once

#include <array>
#include <cstddef>

#include "base/metrics.hpp"
#include "ports/resume.hpp"
#include "session/resume_buffer.hpp"

namespace serai::session {

struct SessionMetrics {
  explicit SessionMetrics(Metrics& registry);

  Gauge& sockets;
  Gauge& streams;
  Gauge& follows;
  Counter& deliveries;
  // Counts for slow clients: unreliable match data dropped, status events merged, senders delayed.
  Counter& dropped;
  Counter& merged;
  Counter& queued;
  // Sessions without a connection, and the bytes in the buffers of all sessions that can resume.
  Gauge& parked;
  Gauge& resume_bytes;
  // Counts of connections with a token, by outcome.
  Counter& resumes(ResumeRefusal refusal) const {
    return *resumes_[static_cast<std::size_t>(refusal)];
  }
  // Counts of sessions that lost a message which the client cannot have, by the bound.
  Counter& overflows(ResumeBound bound) const {
    return *overflows_[static_cast<std::size_t>(bound)];
  }
  // Counts of password checks that were refused, by reason.
  Counter& refused_for_account;
  Counter& refused_for_address;
  Counter& refused_for_queue;

 private:
  std::array<Counter*, 9> resumes_{};    // by ResumeRefusal; none: resumed
  std::array<Counter*, 5> overflows_{};  // by ResumeBound; none is not used
};

}  // namespace serai::session
