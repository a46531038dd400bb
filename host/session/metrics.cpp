#include "session/metrics.hpp"

#include <string>
#include <string_view>

namespace serai::session {
namespace {

Counter& refused(Metrics& registry, const char* reason) {
  return registry.counter(
      "serai_password_checks_refused_total",
      "Password checks refused: too many wrong passwords for the account or from "
      "the address, or a full queue",
      {{"reason", reason}});
}

Counter& resumes_of(Metrics& registry, std::string_view outcome) {
  return registry.counter("serai_resumes_total",
                          "Connections that gave the token of a session, by outcome",
                          {{"outcome", std::string(outcome)}});
}

Counter& overflows_of(Metrics& registry, const char* bound) {
  return registry.counter(
      "serai_resume_overflows_total",
      "Sessions whose buffer lost a message that the client cannot have, by the "
      "bound that it exceeded",
      {{"bound", bound}});
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
      parked(registry.gauge("serai_sessions_parked",
                            "Sessions whose connection broke and that may resume")),
      resume_bytes(registry.gauge("serai_resume_buffer_bytes",
                                  "Bytes of messages that are kept for clients that may resume")),
      refused_for_account(refused(registry, "account")),
      refused_for_address(refused(registry, "address")),
      refused_for_queue(refused(registry, "queue")) {
  for (std::size_t i = 0; i < resumes_.size(); ++i) {
    const std::string_view name = refusal_name(static_cast<ResumeRefusal>(i));
    resumes_.at(i) = &resumes_of(registry, name.empty() ? "resumed" : name);
  }
  // In the order of ResumeBound; the first is not used.
  constexpr std::array kBounds = {"none", "messages", "bytes", "age", "memory"};
  for (std::size_t i = 1; i < overflows_.size(); ++i) {
    overflows_.at(i) = &overflows_of(registry, kBounds.at(i));
  }
}

}  // namespace serai::session
