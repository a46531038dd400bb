#include "ops/ops_server.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ops/admin_client.hpp"
#include "ops/prometheus_metrics.hpp"

namespace {

using nlohmann::json;
using serai::Errc;

struct FakeHost final : serai::HostAdmin {
  std::string status() const override { return R"({"pid":1})"; }
  std::string matches() const override { return R"({"matches":[]})"; }
  std::string sessions() const override { return R"({"sessions":3})"; }
  std::string config(bool with_origin) const override {
    return with_origin ? R"({"origin":true})" : R"({"origin":false})";
  }
  serai::Result<std::string> set_config(const std::string& key, const std::string& value) override {
    if (key != "log.level") return serai::Error{Errc::failed_precondition, key + " is not live"};
    return R"({"set":")" + value + R"("})";
  }
  serai::Result<> reload() override { return serai::success(); }
  void drain(bool on) override { ready = !on; }
  bool is_ready() const override { return ready; }
  bool is_alive() const override { return alive; }
  std::vector<serai::DependencyHealth> dependencies() const override {
    return {{"storage", storage_ok, storage_ok ? "" : "database is locked"}, {"shards", true, ""}};
  }

  std::atomic<bool> ready = true;
  std::atomic<bool> alive = true;
  std::atomic<bool> storage_ok = true;
};

struct FakeReleases final : serai::ReleaseAdmin {
  std::string status() const override { return R"({"release":"v1"})"; }
  std::vector<serai::RunningModule> modules() const override {
    return {{"battle", "1.2.0", 7}, {"trade", "1.0.0", 3}};
  }
  std::string releases() const override { return R"({"releases":["v1"]})"; }
  serai::Result<std::string> swap(const std::string& release) override {
    if (release == "v9") return serai::Error{Errc::not_found, "no release v9"};
    return R"({"swapped":")" + release + R"("})";
  }
  serai::Result<std::string> rollback() override {
    return serai::Error{Errc::failed_precondition, "nothing to roll back"};
  }
  serai::Result<std::string> dry_run(const std::string& release) override {
    return R"({"tried":")" + release + R"("})";
  }
  serai::Result<std::string> contracts(const std::string& release) override {
    return R"({"release":")" + release + R"(","files":{}})";
  }
};

struct Ops {
  Ops() {
    auto opened = serai::OpsServer::open({.address = "127.0.0.1", .port = 0, .token = "secret"},
                                         {host, releases, metrics, feed},
                                         {});
    REQUIRE(opened);
    server = *std::move(opened);
  }
  serai::AdminClient client(const std::string& token = "secret") const {
    return serai::AdminClient({"127.0.0.1", server->port(), token});
  }

  FakeHost host;
  FakeReleases releases;
  serai::PrometheusMetrics metrics;
  serai::EventFeed feed;
  std::unique_ptr<serai::OpsServer> server;
};

}  // namespace

TEST_CASE("health and metrics need no token and tell failure by 503", "[ops]") {
  Ops ops;
  const auto anybody = ops.client("");

  for (const auto* path : {"/healthz/live", "/healthz/ready", "/v2/health", "/healthz/runtime"}) {
    CHECK(anybody.get(path));
  }
  ops.metrics.counter("x_total", "X.").add();
  CHECK(anybody.get("/metrics")->find("x_total 1") != std::string::npos);

  ops.host.ready = false;
  ops.host.alive = false;
  CHECK(anybody.get("/healthz/live").error().code == Errc::unavailable);
  CHECK(anybody.get("/healthz/ready").error().code == Errc::unavailable);
  CHECK(anybody.get("/v2/health").error().code == Errc::unavailable);
}

TEST_CASE("the runtime's health names the dependency that fails", "[ops]") {
  Ops ops;
  const auto good = json::parse(*ops.client("").get("/healthz/runtime"));
  CHECK(good["dependencies"]["storage"] == "ok");

  ops.host.storage_ok = false;
  const auto bad = json::parse(ops.client("").get("/healthz/runtime").error().detail);

  CHECK(bad["healthy"] == false);
  CHECK(bad["dependencies"]["storage"] == "database is locked");
  CHECK(bad["dependencies"]["shards"] == "ok");
}

TEST_CASE("the runtime's health names the code that runs", "[ops]") {
  Ops ops;
  const auto health = json::parse(*ops.client("").get("/healthz/runtime"));

  CHECK(health["modules"] == json::parse(R"([
      {"name": "battle", "version": "1.2.0", "generation": 7},
      {"name": "trade", "version": "1.0.0", "generation": 3}])"));
}

TEST_CASE("the admin API answers nobody without the exact admin token", "[ops]") {
  Ops ops;

  for (const auto* token : {"", "wrong!", "secre", "secret1", "eyJhbGciOiJIUzI1NiJ9.e30.x"}) {
    CHECK(ops.client(token).get("/v1/status").error().code == Errc::unauthenticated);
    CHECK(ops.client(token).post("/v1/swap", "{}").error().code == Errc::unauthenticated);
    CHECK(ops.client(token).post("/v2/runtimes/reload", "").error().code == Errc::unauthenticated);
  }
}

TEST_CASE("an empty admin token closes the admin API", "[ops]") {
  Ops ops;
  auto closed = serai::OpsServer::open({.address = "127.0.0.1", .port = 0, .token = ""},
                                       {ops.host, ops.releases, ops.metrics, ops.feed},
                                       {});
  REQUIRE(closed);

  const serai::AdminClient client({"127.0.0.1", (*closed)->port(), ""});
  CHECK(client.get("/v1/status").error().code == Errc::unauthenticated);
}

TEST_CASE("the admin API hands each request to its port", "[ops]") {
  Ops ops;
  const auto admin = ops.client();

  CHECK(*admin.get("/v1/status") == R"({"pid":1})");
  CHECK(*admin.get("/v1/modules") == R"({"release":"v1"})");
  CHECK(*admin.get("/v1/releases") == R"({"releases":["v1"]})");
  CHECK(*admin.get("/v1/matches") == R"({"matches":[]})");
  CHECK(*admin.get("/v1/sessions") == R"({"sessions":3})");
  CHECK(*admin.get("/v1/config") == R"({"origin":false})");
  CHECK(*admin.get("/v1/config?origin=1") == R"({"origin":true})");
  CHECK(*admin.post("/v1/swap", R"({"release":"v2"})") == R"({"swapped":"v2"})");
  CHECK(*admin.post("/v1/swap", "") == R"({"swapped":""})");
  CHECK(*admin.post("/v1/config", R"({"key":"log.level","value":"debug"})") ==
        R"({"set":"debug"})");
  CHECK(*admin.post("/v2/runtimes/reload", "") == R"({"release":"v1"})");
}

TEST_CASE("a failure keeps its code and its reason over HTTP", "[ops]") {
  Ops ops;
  const auto admin = ops.client();

  CHECK(admin.post("/v1/swap", R"({"release":"v9"})").error().detail == "no release v9");
  CHECK(admin.post("/v1/swap", R"({"release":"v9"})").error().code == Errc::not_found);
  CHECK(admin.post("/v1/rollback", "").error().code == Errc::failed_precondition);
  CHECK(admin.post("/v1/config", R"({"key":"a.b","value":"1"})").error().code ==
        Errc::failed_precondition);
  CHECK(admin.post("/v1/config", R"({"key":"a.b"})").error().code == Errc::invalid_argument);
  CHECK(admin.post("/v1/config", "[").error().code == Errc::invalid_argument);
  CHECK(admin.get("/v1/nothing").error().code == Errc::not_found);
  CHECK(admin.post("/v1/swap", std::string(2'000'000, ' ')).error().code == Errc::out_of_range);
}

TEST_CASE("a port in use is refused, not shared", "[ops]") {
  Ops ops;

  auto second =
      serai::OpsServer::open({.address = "127.0.0.1", .port = ops.server->port(), .token = "t"},
                             {ops.host, ops.releases, ops.metrics, ops.feed},
                             {});

  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::already_exists);
}

TEST_CASE("an address that is not this machine's is refused", "[ops]") {
  Ops ops;

  auto opened = serai::OpsServer::open({.address = "203.0.113.7", .port = 0, .token = "t"},
                                       {ops.host, ops.releases, ops.metrics, ops.feed},
                                       {});

  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::invalid_argument);
}

TEST_CASE("a client without a host learns that nobody answers", "[ops]") {
  std::uint16_t free_port = 0;
  {
    Ops ops;
    free_port = ops.server->port();
  }
  const serai::AdminClient client({"127.0.0.1", free_port, "t"});

  CHECK(client.get("/v1/status").error().code == Errc::unavailable);
}
