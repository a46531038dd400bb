// SessionMetrics: what the session layer counts; the names are in metrics.cpp.
//
// Thread  any.
// Owner   the registry; SessionLayer holds the one SessionMetrics.
#pragma once

#include "base/metrics.hpp"

namespace serai {

struct SessionMetrics {
  explicit SessionMetrics(Metrics& registry);

  Gauge& sockets;
  Gauge& streams;
  Gauge& follows;
  Counter& deliveries;
  // For slow clients: unreliable match data dropped, statuses merged, senders queued back.
  Counter& dropped;
  Counter& merged;
  Counter& queued;
  // Logins by password that were not looked at.
  Counter& refused_for_account;
  Counter& refused_for_address;
  Counter& refused_for_queue;
};

}  // namespace serai
