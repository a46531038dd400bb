#include "session/metrics.hpp"

namespace serai::session {
namespace {

Counter& refused(Metrics& registry, const char* reason) {
  return registry.counter(
      "serai_password_checks_refused_total",
      "Password checks refused: too many wrong passwords for the account or from "
      "the address, or a full queue",
      {{"reason", reason}});
}

}  // namespace

SessionMetrics::SessionMetrics(Metrics& registry)
    : sockets(registry.gauge("serai_sockets_open", "Client sockets open now")),
      streams(registry.gauge(
          "serai_streams_open",
          "Streams with members, without the status and notification streams of users")),
      follows(registry.gauge("serai_follows_open", "Pairs of a socket and a user it follows")),
      deliveries(
          registry.counter("serai_deliveries_total", "Messages queued on sockets by streams")),
      dropped(registry.counter("serai_deliveries_dropped_total",
                               "Unreliable match data not sent to slow clients")),
      merged(registry.counter("serai_deliveries_merged_total",
                              "Status events merged with earlier ones for slow clients")),
      queued(registry.counter("serai_senders_held_total",
                              "Match data whose sender had to wait for slow receivers")),
      refused_for_account(refused(registry, "account")),
      refused_for_address(refused(registry, "address")),
      refused_for_queue(refused(registry, "queue")) {}

}  // namespace serai::session
