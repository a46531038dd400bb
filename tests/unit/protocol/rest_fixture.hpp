// RestFixture: a RestApi on fakes, called as a client would.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.hpp"
#include "protocol/rest_api.hpp"
#include "support/fake_game.hpp"
#include "support/fake_identity.hpp"
#include "support/fake_objects.hpp"
#include "support/fake_sessions.hpp"
#include "support/recorded_metrics.hpp"

namespace serai::testing {

using Headers = std::vector<std::pair<std::string, std::string>>;

inline std::string basic(const std::string& key_and_password) {
  std::string header = "Basic ";
  append_base64(key_and_password, header);
  return header;
}
inline const Headers kServerKey{{"authorization", basic("defaultkey:")}};
inline const Headers kSession{{"authorization", "Bearer good"}};

struct RestFixture {
  FakeIdentity identity;
  FakeGame game;
  FakeSessions sessions;
  FakeObjects store;
  FakeNotifications notifications;
  FakeLedger ledger;
  RunNow where;
  ManualClock clock;
  RecordedMetrics metrics;
  Uuid user = identity.add_user("good", "ann");
  protocol::RestApiOptions options;
  protocol::RestApi api{
      {identity, game, sessions, store, notifications, ledger, where, clock, metrics, Log()},
      options};

  RestFixture() = default;
  explicit RestFixture(protocol::RestApiOptions given) : options(given) {}

  HttpResponse call(std::string method,
                    std::string target,
                    std::string body = "",
                    Headers headers = {}) {
    HttpRequest request;
    const std::size_t mark = std::min(target.find('?'), target.size());
    request.path = target.substr(0, mark);
    if (mark < target.size()) request.query = target.substr(mark + 1);
    request.method = std::move(method);
    request.body = std::move(body);
    request.headers = std::move(headers);
    request.peer_ip = "10.0.0.1";
    // Shared, because an answer may come later.
    const auto received = std::make_shared<HttpResponse>(HttpResponse{0, "", "no answer"});
    api.handle(std::move(request),
               [received](HttpResponse response) { *received = std::move(response); });
    return *received;
  }

  // Status and body in one text, for tables.
  std::string text(std::string method,
                   std::string target,
                   std::string body = "",
                   Headers headers = kSession) {
    const auto response =
        call(std::move(method), std::move(target), std::move(body), std::move(headers));
    return std::to_string(response.status) + " " + response.body;
  }
};

}  // namespace serai::testing
