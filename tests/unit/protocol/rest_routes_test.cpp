#include "protocol/rest_routes.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "unit/protocol/rest_fixture.hpp"

using namespace serai;
using namespace serai::protocol;
using namespace serai::testing;

namespace {

std::string error(int status, int code, const std::string& message) {
  return std::to_string(status) + R"( {"code":)" + std::to_string(code) + R"(,"message":")" +
         message + "\"}";
}

std::string example_path(std::string_view pattern) {
  std::string path(pattern);
  while (path.find('{') != std::string::npos) {
    path.replace(path.find('{'), path.find('}') - path.find('{') + 1, "abc");
  }
  return path;
}

Headers credentials(Auth auth) {
  if (auth == Auth::none) return {};
  return auth == Auth::session ? kSession : kServerKey;
}

}  // namespace

TEST_CASE("paths are exact, verbs are 501, strangers are 404", "[rest]") {
  RestFixture fixture;
  const std::string other = error(501, 12, "Method Not Allowed");
  const std::string unknown = error(404, 5, "Not Found");

  CHECK(fixture.text("GET", "/healthcheck", "", {}) == "200 {}");
  CHECK(fixture.text("POST", "/healthcheck") == other);
  CHECK(fixture.text("HEAD", "/healthcheck") == other);
  CHECK(fixture.text("GET", "/Healthcheck") == unknown);
  CHECK(fixture.text("GET", "/healthcheck/") == unknown);
  CHECK(fixture.text("GET", "/v2/account/") == unknown);
  CHECK(fixture.text("PATCH", "/v2/account") == other);
  CHECK(fixture.text("POST", "/v2/iap/subscription/gold") == other);
  CHECK(fixture.text("GET", "/v2/storage/") == unknown);
  CHECK(fixture.text("GET", "/v2/storage/a/b/c") == unknown);
  CHECK(fixture.text("GET", "/v2/storage/a%2Fb") == unknown);
  CHECK(fixture.text("GET", "/v2/storage/a%zz").starts_with("400 "));
  CHECK(fixture.text("GET", "/v2/storage/a%ff").starts_with("400 "));
  CHECK(fixture.text("GET", "nonsense") == unknown);
  CHECK(fixture.text("GET", "") == unknown);
}

TEST_CASE("the root answers load balancers and nobody else", "[rest]") {
  RestFixture fixture;
  CHECK(fixture.text("GET", "/", "", {}) == "200 ");
  CHECK(fixture.text("POST", "/", "", {}) == error(404, 5, "Not Found"));
  CHECK(fixture.text("OPTIONS", "/v2/account", "", {}) == "200 ");
}

TEST_CASE("a path parameter takes a literal of another verb for itself", "[rest]") {
  RestFixture fixture;
  CHECK(fixture.text("GET", "/v2/storage/delete") == R"(200 {"cursor":"next"})");
  REQUIRE(fixture.store.query);
  CHECK(fixture.store.query->collection == "delete");
  fixture.call("GET", "/v2/storage/a%20b+c", "", kSession);
  CHECK(fixture.store.query->collection == "a b+c");
}

TEST_CASE("every call asks for its credentials, before it reads the request", "[rest]") {
  RestFixture fixture;
  for (const Route& route : protocol::rest_routes()) {
    CAPTURE(route.call);
    const std::string method(route.method);
    const std::string path = example_path(route.pattern);
    const std::string query = route.body.empty() ? "?x=%" : "";
    const std::string broken = route.body.empty() ? "" : "{";
    CHECK(fixture.text(method, path + query, broken, credentials(route.auth))
              .starts_with("400 {\"code\":3,"));
    if (route.auth == Auth::none) continue;
    const bool session = route.auth == Auth::session;
    CHECK(fixture.text(method, path + query, broken, {}).starts_with("401 "));
    CHECK(fixture.text(method, path, "", {}) ==
          error(401, 16, session ? "Auth token required" : "Server key required"));
    CHECK(fixture.text(method, path, "", session ? kServerKey : kSession) ==
          error(401, 16, session ? "Auth token invalid" : "Server key invalid"));
  }
}

TEST_CASE("credentials are spelled exactly and given once", "[rest]") {
  RestFixture fixture;
  const std::string bad_token = error(401, 16, "Auth token invalid");
  for (const char* header : {"bearer good", "Bearer bad", "Bearer  good", "Bearer", "good"}) {
    CAPTURE(header);
    CHECK(fixture.text("GET", "/v2/account", "", {{"authorization", header}}) == bad_token);
  }
  CHECK(fixture.text("GET",
                     "/v2/account",
                     "",
                     {{"authorization", "Bearer good"}, {"authorization", "Bearer good"}}) ==
        bad_token);

  const std::string path = "/v2/account/authenticate/device";
  const std::string body = R"({"id":"device-0001"})";
  CHECK(fixture.text("POST", path, body, {{"authorization", basic("defaultkey:anything")}})
            .starts_with("200 "));
  for (const std::string& header : {basic("otherkey:"),
                                    basic("defaultkey"),
                                    "basic " + basic("defaultkey:").substr(6),
                                    std::string("Basic %%%"),
                                    std::string("Basic ")}) {
    CAPTURE(header);
    CHECK(fixture.text("POST", path, body, {{"authorization", header}}) ==
          error(401, 16, "Server key invalid"));
  }
}

TEST_CASE("bodies are JSON objects with members of their types", "[rest]") {
  RestFixture fixture;
  for (const char* body : {"null",
                           "[]",
                           "1",
                           "\"x\"",
                           "{",
                           "{\"id\":1}",
                           "{\"id\":\"a\",\"id\":\"b\"}",
                           "{\"id\":\"\xff\"}",
                           "{\"vars\":[]}",
                           "{\"vars\":{\"a\":1}}"}) {
    CAPTURE(body);
    CHECK(fixture.text("POST", "/v2/account/authenticate/device", body, kServerKey)
              .starts_with("400 {\"code\":3,"));
  }
  CHECK(fixture.identity.calls.empty());
  CHECK(fixture
            .text("POST",
                  "/v2/account/authenticate/device",
                  R"({"id":"device-0001","unknown":[{"x":1}],"vars":null})",
                  kServerKey)
            .starts_with("200 "));
}

TEST_CASE("what this server does not offer says so, and only to those who may ask", "[rest]") {
  RestFixture fixture;
  static const std::set<std::string_view> kConfigurable{
      "AuthenticateApple", "AuthenticateSteam", "LinkApple", "LinkSteam"};
  int refused = 0;
  for (const Route& route : protocol::rest_routes()) {
    const auto answer = fixture.text(
        std::string(route.method), example_path(route.pattern), "", credentials(route.auth));
    CAPTURE(route.call, answer);
    if (kConfigurable.contains(route.call)) {
      CHECK(answer == error(400, 9, std::string(route.call) + " is not configured on this server"));
    } else if (answer.starts_with("501")) {
      CHECK(answer == error(501, 12, std::string(route.call) + " is not offered by this server"));
      ++refused;
    }
  }
  CHECK(refused == 50);
}

TEST_CASE("store receipts are looked at before they are refused", "[rest]") {
  RestFixture fixture;
  CHECK(fixture.text("POST", "/v2/iap/purchase/apple", "{}") ==
        error(400, 3, "receipt is required"));
  CHECK(fixture.text("POST", "/v2/iap/purchase/apple", R"({"receipt":"r"})") ==
        error(400, 9, "ValidatePurchaseApple is not configured on this server"));
  CHECK(fixture.text("POST", "/v2/friend/steam", "{}") == error(400, 3, "token is required"));
  CHECK(fixture.text("POST", "/v2/friend/steam", R"({"token":"t"})") ==
        error(400, 9, "ImportSteamFriends is not configured on this server"));
}

TEST_CASE("a flood of one user is answered 429 until time has passed", "[rest][limit]") {
  protocol::RestApiOptions options;
  options.per_user = {10, 3};
  RestFixture fixture(options);
  for (int i = 0; i < 3; ++i) CHECK(fixture.text("GET", "/v2/notification").starts_with("200 "));
  CHECK(fixture.text("GET", "/v2/notification") == error(429, 8, "Too many requests"));
  CHECK(fixture.text("GET", "/healthcheck", "", {}) == "200 {}");
  fixture.clock.advance_ms(100);
  CHECK(fixture.text("GET", "/v2/notification").starts_with("200 "));
  CHECK(fixture.text("GET", "/v2/notification").starts_with("429 "));
}

TEST_CASE("a flood of logins from one address is answered 429", "[rest][limit]") {
  protocol::RestApiOptions options;
  options.per_address = {1, 2};
  RestFixture fixture(options);
  const auto login = [&] {
    return fixture.text(
        "POST", "/v2/account/authenticate/device", R"({"id":"device-0001"})", kServerKey);
  };
  CHECK(login().starts_with("200 "));
  CHECK(login().starts_with("200 "));
  CHECK(login() == error(429, 8, "Too many requests"));
}

TEST_CASE("internal errors are answered without their details", "[rest]") {
  RestFixture fixture;
  fixture.identity.fail = Error{Errc::internal, "table accounts is locked"};
  CHECK(fixture.text("GET", "/v2/account") == error(500, 13, "Internal server error"));
  fixture.identity.fail = Error{Errc::unavailable, "disk full"};
  CHECK(fixture.text("GET", "/v2/account") == error(503, 14, "Service unavailable, try again"));
  fixture.identity.fail = Error{Errc::not_found, "User \"account\" not found"};
  CHECK(fixture.text("GET", "/v2/account") == error(404, 5, R"(User \"account\" not found)"));
}
