// SessionMetrics: the metrics of the session layer. Their names and descriptions are in
// metrics.cpp.
//
// Thread  any.
// Owner   the registry owns the metrics; SessionLayer owns the one SessionMetrics.
#pragma once

#include "base/metrics.hpp"

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
  // Counts of password checks that were refused, by reason.
  Counter& refused_for_account;
  Counter& refused_for_address;
  Counter& refused_for_queue;
};

}  // namespace serai::session
