#include <catch2/catch.hpp>

#include "unit/protocol/rest_fixture.hpp"

using namespace serai;
using namespace serai::protocol;
using namespace serai::testing;

namespace {

struct RpcFixture : RestFixture {
  explicit RpcFixture(protocol::RestApiOptions given = {}) : RestFixture(given) {
    game.rpcs["echo"] = [](const RpcRequest& request) -> Result<std::string> {
      return request.payload;
    };
    game.rpcs["fails"] = [](const RpcRequest&) -> Result<std::string> {
      return {Errc::not_found, "no such caravan"};
    };
    game.rpcs["mocks"] = [](const RpcRequest&) -> Result<std::string> {
      return {Errc::not_found, unknown_rpc().detail};
    };
    game.rpcs["silly"] = [](const RpcRequest&) -> Result<std::string> {
      return {static_cast<Errc>(99), "odd"};
    };
  }
};

}  // namespace

TEST_CASE("a wrapped RPC carries its payload in JSON strings", "[rest][rpc]") {
  RpcFixture fixture;
  CHECK(fixture.text("POST", "/v2/rpc/echo", R"("{\"a\":1}")") == R"(200 {"payload":"{\"a\":1}"})");
  CHECK(fixture.text("POST", "/v2/rpc/echo", "") == R"(200 {"payload":""})");
  CHECK(fixture.text("POST", "/v2/rpc/ECHO", R"("x")") == R"(200 {"payload":"x"})");
  for (const char* body : {"{}", "1", "x", "\"x", "[\"x\"]", "\"\xff\""}) {
    CAPTURE(body);
    CHECK(fixture.text("POST", "/v2/rpc/echo", body).starts_with("400 {\"code\":3,\"error\":\""));
  }
}

TEST_CASE("an unwrapped RPC carries bytes as they are", "[rest][rpc]") {
  RpcFixture fixture;
  for (const char* query : {"unwrap", "unwrap=", "unwrap=false", "x=1&unwrap=true"}) {
    CAPTURE(query);
    CHECK(fixture.text("POST", std::string("/v2/rpc/echo?") + query, R"({"a":1})") ==
          R"(200 {"a":1})");
  }
  CHECK(fixture.call("POST", "/v2/rpc/echo?unwrap", "x", kSession).content_type == "text/plain");
  auto headers = kSession;
  headers.emplace_back("content-type", "application/x-thing");
  CHECK(fixture.call("POST", "/v2/rpc/echo?unwrap", "x", headers).content_type ==
        "application/x-thing");
}

TEST_CASE("an RPC by GET has no payload", "[rest][rpc]") {
  RpcFixture fixture;
  CHECK(fixture.text("GET", "/v2/rpc/echo?payload=x", "\"y\"") == R"(200 {"payload":""})");
  CHECK(fixture.text("PUT", "/v2/rpc/echo") == R"(501 {"code":12,"message":"Method Not Allowed"})");
}

TEST_CASE("an RPC is called by a player, or by a server with the HTTP key", "[rest][rpc]") {
  RpcFixture fixture;
  const auto call = [&](const std::string& query, const Headers& headers) {
    return fixture.text("POST", "/v2/rpc/echo" + query, "", headers);
  };
  CHECK(call("", kSession).starts_with("200"));
  CHECK(fixture.game.requests.back().caller.user_id == fixture.user);
  CHECK(fixture.game.requests.back().caller.username == "ann");
  CHECK(call("?http_key=defaulthttpkey", {}).starts_with("200"));
  CHECK(fixture.game.requests.back().caller.user_id.is_nil());
  CHECK(call("?http_key=defaulthttpkey", {{"authorization", "Bearer bad"}}).starts_with("200"));
  CHECK(call("", {{"authorization", basic("defaulthttpkey:")}}).starts_with("200"));

  const auto refused = [](const std::string& text) {
    return R"(401 {"code":16,"error":")" + text + R"(","message":")" + text + "\"}";
  };
  CHECK(call("?http_key=wrong", kSession) == refused("HTTP key invalid"));
  CHECK(call("?http_key=", kSession) == refused("HTTP key invalid"));
  CHECK(call("", kServerKey) == refused("HTTP key invalid"));
  CHECK(call("", {{"authorization", "Bearer bad"}}) == refused("Auth token invalid"));
  CHECK(call("", {}) == refused("Auth token or HTTP key required"));
}

TEST_CASE("RPC authenticates first, then wants an id", "[rest][rpc]") {
  RpcFixture fixture;
  CHECK(fixture.text("POST", "/v2/rpc/echo", "{", {}).starts_with("401"));
  CHECK(fixture.text("POST", "/v2/rpc/").starts_with("400 {\"code\":3,\"error\":"));
  CHECK(fixture.text("POST", "/v2/rpc").starts_with("400 {\"code\":3,\"error\":"));
  CHECK(fixture.text("POST", "/v2/rpc/nobody") ==
        R"(404 {"code":5,"error":"RPC function not found","message":"RPC function not found"})");
  fixture.call("POST", "/v2/rpc/a/b%2Fc", "", kSession);
  CHECK(fixture.game.requests.back().id == "a/b/c");
}

TEST_CASE("errors of game code keep their words and an empty error object", "[rest][rpc]") {
  RpcFixture fixture;
  CHECK(fixture.text("POST", "/v2/rpc/fails") ==
        R"(404 {"code":5,"error":{},"message":"no such caravan"})");
  CHECK(fixture.text("POST", "/v2/rpc/silly") == R"(500 {"code":13,"error":{},"message":"odd"})");
}

TEST_CASE("a handler that says the words of an unknown RPC is still a handler's error",
          "[rest][rpc]") {
  RpcFixture fixture;
  CHECK(fixture.text("POST", "/v2/rpc/mocks") ==
        R"(404 {"code":5,"error":{},"message":"RPC function not found"})");
}

TEST_CASE("an RPC over the limit is refused as the server's other errors are",
          "[rest][rpc][limit]") {
  protocol::RestApiOptions options;
  options.per_user = {1, 1};
  RpcFixture fixture(options);
  CHECK(fixture.text("POST", "/v2/rpc/echo").starts_with("200"));
  CHECK(fixture.text("POST", "/v2/rpc/echo") ==
        R"(429 {"code":8,"error":"Too many requests","message":"Too many requests"})");
}

TEST_CASE("the idempotency key of the header reaches the game", "[rest][rpc]") {
  RpcFixture fixture;
  auto headers = kSession;
  headers.emplace_back("idempotency-key", "once");
  fixture.call("POST", "/v2/rpc/echo", "", headers);
  CHECK(fixture.game.requests.back().idempotency_key == "once");
}
