// OpsServer: health, metrics and the admin API over HTTP, on a port of its own, not the players'.
//
//   GET  /healthz/live /healthz/ready (= /v2/health) /healthz/runtime /metrics        open
//   GET  /v1/status /v1/modules /v1/releases /v1/matches /v1/sessions /v1/config      bearer token
//        /v1/timers /v1/contracts?release=v1.0.0 /v1/ledger/audit
//        /v1/ledger/history?account=…&before=…
//   GET  /v2/swaps/events                            a stream of server-sent events   bearer token
//   POST /v1/swap {"release":"v1.1.0","dry_run":false} /v1/rollback /v1/drain {"on":true}
//        /v1/config {"key":"…","value":"…"} /v2/runtimes/reload                       bearer token
//        /v1/backup {"file":"…"} /v1/player/export {"user_id":"…","file":"…"}
//        /v1/player/import {"file":"…"} /v1/player/erase {"user_id":"…"}              bearer token
//
// Bounds  those of one connection are in ops_connection.hpp. Answers that may have to wait are made
//         by worker threads. Health has a worker of its own, and one descriptor is kept in reserve,
//         so that neither slow clients nor many players leave health unanswered. A wrong token is
//         answered after a second; at most four of one address wait at a time.
// Errors  open(): already_exists when the port is taken, invalid_argument for a bad address. Over
//         HTTP every failure is {"code":<Errc>,"error":"<text>"} with a status that fits.
// Thread  open() and the destructor: the main thread. The server has threads of its own and calls
//         HostAdmin and ReleaseAdmin from them.
// Owner   borrows the objects of OpsPorts, which live longer. The destructor waits for answers that
//         are being made, then at most a second for clients to read them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "ops/event_feed.hpp"
#include "ports/admin.hpp"

namespace serai::ops {

class PrometheusMetrics;

struct OpsOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 7351;         // 0 takes a free one
  std::string token;                 // empty: the admin API refuses everybody
  std::vector<std::string> hosts{};  // allowed names in the Host header, besides the address
};

struct OpsPorts {
  HostAdmin& host;
  ReleaseAdmin& releases;
  const PrometheusMetrics& metrics;
  EventFeed& feed;
};

class OpsServer {
 public:
  static Result<std::unique_ptr<OpsServer>> open(OpsOptions options, OpsPorts ports, Log log);
  ~OpsServer();
  OpsServer(const OpsServer&) = delete;
  OpsServer& operator=(const OpsServer&) = delete;

  std::uint16_t port() const;
  std::string endpoint() const;  // "127.0.0.1:7351"

 private:
  struct Impl;
  explicit OpsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace serai::ops
