#include "session/metrics.hpp"

namespace serai::session {
namespace {

Counter& refused(Metrics& registry, const char* reason) {
  return registry.counter("serai_password_checks_refused_total",
                          "Password checks refused: the account or the address had too many wrong "
                          "ones, or too many waited",
                          {{"reason", reason}});
}

}  // namespace

SessionMetrics::SessionMetrics(Metrics& registry)
    : sockets(registry.gauge("serai_sockets_open", "Client sockets open now")),
      streams(registry.gauge("serai_streams_open", "Streams with members, users' own not counted")),
      follows(registry.gauge("serai_follows_open", "Users followed by sockets, once for each")),
      deliveries(
          registry.counter("serai_deliveries_total", "Messages queued on sockets by streams")),
      dropped(registry.counter("serai_deliveries_dropped_total",
                               "Unreliable match data not sent to clients that are slow")),
      merged(registry.counter("serai_deliveries_merged_total",
                              "Statuses joined with earlier ones that waited for slow clients")),
      queued(registry.counter("serai_senders_held_total",
                              "Match data after which its sender had to wait for receivers")),
      refused_for_account(refused(registry, "account")),
      refused_for_address(refused(registry, "address")),
      refused_for_queue(refused(registry, "queue")) {}

}  // namespace serai::session
