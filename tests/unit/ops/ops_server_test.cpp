#include <nlohmann/json.hpp>

#include "ops_fixture.hpp"

namespace {

using nlohmann::json;
using serai::Errc;
using serai::ErrorKind;
using serai::testing::Ops;

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

  for (const auto* token : {"", "wrong!", "secre", "secret1"}) {
    CHECK(ops.client(token).get("/v1/status").error().code == Errc::unauthenticated);
  }
  CHECK(ops.client("").post("/v1/swap", "{}").error().code == Errc::unauthenticated);
  CHECK(ops.client("").post("/v2/runtimes/reload", "").error().code == Errc::unauthenticated);
}

TEST_CASE("an empty admin token closes the admin API", "[ops]") {
  Ops ops;
  auto closed = serai::ops::OpsServer::open({.address = "127.0.0.1", .port = 0, .token = ""},
                                            {ops.host, ops.releases, ops.metrics, ops.feed},
                                            {});
  REQUIRE(closed);

  const serai::ops::AdminClient client({"127.0.0.1", (*closed)->port(), ""});
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
  CHECK(*admin.get("/v1/timers") == R"({"timers":[]})");
  CHECK(*admin.get("/v1/config") == R"({"origin":false})");
  CHECK(*admin.get("/v1/config?origin=1") == R"({"origin":true})");
  CHECK(*admin.post("/v1/swap", R"({"release":"v2"})") == R"({"swapped":"v2"})");
  CHECK(*admin.post("/v1/swap", "") == R"({"swapped":""})");
  CHECK(*admin.post("/v1/config", R"({"key":"log.level","value":"debug"})") ==
        R"({"set":"debug"})");
  CHECK(*admin.post("/v1/backup", R"({"file":"/b"})") == R"({"file":"/b"})");
  CHECK(*admin.post("/v1/player/export", R"({"user_id":"u","file":"/f"})") ==
        R"({"exported":"u /f"})");
  CHECK(*admin.post("/v1/player/import", R"({"file":"/f"})") == R"({"imported":"/f"})");
  CHECK(*admin.post("/v1/player/erase", R"({"user_id":"u"})") == R"({"erased":"u"})");
  CHECK(*admin.post("/v2/runtimes/reload", "") == R"({"changed":["a"]})");
  CHECK(*admin.post("/v1/matches/dump", R"({"match_id":"a.battle","folder":"/d"})") ==
        R"({"match_id":"a.battle","folder":"/d"})");
  CHECK(admin.post("/v1/matches/dump", R"({"match_id":"a.battle"})").error().code ==
        Errc::invalid_argument);
  CHECK(*admin.post("/v1/matches/fork", R"({"folder":"/d"})") == R"({"match_id":"of /d"})");
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
  CHECK(admin.post("/v1/player/export", R"({"user_id":"u"})").error().code ==
        Errc::invalid_argument);
  CHECK(admin.post("/v1/player/import", "{}").error().code == Errc::invalid_argument);
  CHECK(admin.post("/v1/player/erase", "{}").error().code == Errc::invalid_argument);
  CHECK(admin.post("/v1/config", "[").error().code == Errc::invalid_argument);
  CHECK(admin.get("/v1/nothing").error().code == Errc::not_found);
  CHECK(admin.post("/v1/swap", std::string(2'000'000, ' ')).error().code == Errc::out_of_range);
}

TEST_CASE("a port in use is refused, not shared", "[ops]") {
  Ops ops;

  auto second = serai::ops::OpsServer::open(
      {.address = "127.0.0.1", .port = ops.server->port(), .token = "t"},
      {ops.host, ops.releases, ops.metrics, ops.feed},
      {});

  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::already_exists);
}

TEST_CASE("an address that is not this machine's is refused", "[ops]") {
  Ops ops;

  auto opened = serai::ops::OpsServer::open({.address = "203.0.113.7", .port = 0, .token = "t"},
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
  const serai::ops::AdminClient client({"127.0.0.1", free_port, "t"});

  const auto status = client.get("/v1/status");
  CHECK(status.error().code == Errc::unavailable);
  CHECK(status.error().kind == ErrorKind::host_unreachable);
}

TEST_CASE("a host that answers \"no host answers\" has answered", "[ops]") {
  Ops ops;
  ops.releases.swap_error = serai::Error{Errc::unavailable, "no host answers at 10.0.0.7:7351"};

  const auto swapped = ops.client().post("/v1/swap", R"({"release":"v9"})");

  CHECK(swapped.error().code == Errc::unavailable);
  CHECK(swapped.error().detail == ops.releases.swap_error.detail);
  CHECK(swapped.error().kind == ErrorKind::none);
}
