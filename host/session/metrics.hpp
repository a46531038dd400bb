// SessionMetrics: what the session layer counts; the names are in metrics.cpp.
//
// Thread  any.
// Owner   the metrics registry; SessionLayer has the one SessionMetrics.
#pragma once

#include "base/metrics.hpp"

namespace serai::session {

struct SessionMetrics {
  explicit SessionMetrics(Metrics& registry);

  Gauge& sockets;
  Gauge& streams;
  Gauge& follows;
  Counter& deliveries;
  // For slow clients: unreliable match data dropped, statuses merged, senders made to wait.
  Counter& dropped;
  Counter& merged;
  Counter& queued;
  // Logins by password that were refused unchecked.
  Counter& refused_for_account;
  Counter& refused_for_address;
  Counter& refused_for_queue;
};

}  // namespace serai::session
