// Ops: a server of the ops plane on a free port, with a fake host and fake releases.
#pragma once

#include <catch2/catch.hpp>

#include "ops/admin_client.hpp"
#include "ops/ops_server.hpp"
#include "ops/prometheus_metrics.hpp"
#include "support/fake_admin.hpp"

namespace serai::testing {

struct Ops {
  explicit Ops(std::vector<std::string> hosts = {}) {
    auto opened = ops::OpsServer::open(
        {.address = "127.0.0.1", .port = 0, .token = "secret", .hosts = std::move(hosts)},
        {host, releases, metrics, feed},
        {});
    REQUIRE(opened);
    server = *std::move(opened);
  }
  ops::AdminClient client(const std::string& token = "secret") const {
    return ops::AdminClient({"127.0.0.1", server->port(), token});
  }

  FakeHost host;
  FakeReleases releases;
  ops::PrometheusMetrics metrics;
  ops::EventFeed feed;
  std::unique_ptr<ops::OpsServer> server;
};

}  // namespace serai::testing
