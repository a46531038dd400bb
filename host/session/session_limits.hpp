// SessionLimits: the bounds for one player and for one socket. Each bound counts its refusals.
//
// Thread  any.
// Owner   SessionLayer owns the one SessionLimits; the parts borrow it.
#pragma once

#include "base/named_limit.hpp"
#include "session/options.hpp"

namespace serai::session {

struct SessionLimits {
  SessionLimits(const SessionOptions& options, Metrics& metrics)
      : sockets(metrics, "player_sockets", options.sockets_max),
        devices(metrics, "player_devices", options.devices_max),
        presence_changes(
            metrics, "player_presence_changes_per_sec", options.presence_changes_per_sec),
        socket_matches(metrics, "socket_matches", options.socket_matches_max),
        relayed_matches(metrics, "player_relayed_matches", options.relayed_matches_max),
        follows(metrics, "socket_follows", options.follows_max) {}

  NamedLimit sockets;
  NamedLimit devices;
  NamedLimit presence_changes;
  NamedLimit socket_matches;
  NamedLimit relayed_matches;
  NamedLimit follows;
};

}  // namespace serai::session
