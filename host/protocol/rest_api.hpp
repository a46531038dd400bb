// RestApi: the REST half of the client protocol: routes, checks and their order, JSON bodies,
// errors.
//
// Errors  every request is answered, errors with the protocol's texts. README.md lists the calls
//         that are not offered.
// Thread  one per shard. handle() is called, and the ports answer, on that shard.
// Owner   the host. It outlives every answer that it waits for.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/rate_limit.hpp"
#include "ports/game.hpp"
#include "ports/identity.hpp"
#include "ports/ledger.hpp"
#include "ports/net.hpp"
#include "ports/notification_store.hpp"
#include "ports/object_store.hpp"
#include "ports/sessions.hpp"

namespace serai::protocol {

struct RestApiPorts {
  IdentityService& identity;
  Game& game;
  Sessions& sessions;
  ObjectStore& objects;
  NotificationStore& notifications;
  Ledger& ledger;
  Executor& where;  // the shard; the store answers on it
  const Clock& clock;
  Metrics& metrics;
  Log log;
};

// Rates per second, and bursts. They apply on each shard separately. The defaults stop floods, not
// players.
struct RestApiOptions {
  RateLimit per_user{4'000, 8'000};
  RateLimit per_address{20'000, 40'000};  // calls with the server key: logins, refreshes
  // Bytes of unpacked bodies, of one player or address. The first kFreeBodyBytes of each body are
  // free. Reading the body is the main cost of a request before its handler runs.
  RateLimit body_bytes{1'048'576, 4'194'304};
  // Bytes of answers, of one player. The first kFreeAnswerBytes of each answer are free. Large
  // answers take time to make, and memory until they are read.
  RateLimit answer_bytes{4'194'304, 16'777'216};
};

struct RestCore;
class RouteTable;

class RestApi final : public HttpHandler {
 public:
  RestApi(RestApiPorts ports, RestApiOptions options);
  ~RestApi() override;
  RestApi(const RestApi&) = delete;
  RestApi& operator=(const RestApi&) = delete;

  void handle(HttpRequest request, UniqueFunction<void(HttpResponse)> answer) override;

 private:
  std::unique_ptr<RestCore> core_;
  std::unique_ptr<RouteTable> routes_;
};

}  // namespace serai::protocol
