// Answers and bodies cost time, bodies even before their handler is known. So the caller and the
// amount of the caller's recent requests are checked first.
#include <catch2/catch.hpp>
#include <string>

#include "unit/protocol/rest_fixture.hpp"

using namespace serai;
using namespace serai::protocol;
using namespace serai::testing;

namespace {

int g_unpacked = 0;  // how often a body was unpacked

// A packed body as net passes it on: small, but large when unpacked.
HttpRequest packed(const std::string& target, const Headers& headers) {
  HttpRequest request;
  request.method = "POST";
  request.path = target.substr(0, target.find('?'));
  if (target.find('?') != std::string::npos) request.query = target.substr(target.find('?') + 1);
  request.headers = headers;
  request.peer_ip = "10.0.0.1";
  request.body = "packed";
  request.unpacked_bytes_max = 1'048'576;
  request.unpack = [](std::string&&, std::size_t bytes_max) -> Result<std::string> {
    ++g_unpacked;
    if (bytes_max < 1'000'000) return {Errc::resource_exhausted, "http: request body too large"};
    return "{\"unknown\":\"" + std::string(1'000'000, 'x') + "\"}";
  };
  return request;
}

int status_of(RestFixture& fixture, HttpRequest request) {
  int status = 0;
  fixture.api.handle(std::move(request), [&](HttpResponse answer) { status = answer.status; });
  return status;
}

}  // namespace

TEST_CASE("who asks is known before a body is unpacked", "[rest]") {
  RestFixture fixture;
  const Headers stranger{{"authorization", "Bearer nonsense"}};
  g_unpacked = 0;

  CHECK(status_of(fixture, packed("/v2/account", {})) == 501);  // no such call
  CHECK(status_of(fixture, packed("/v2/storage", {})) == 401);
  CHECK(status_of(fixture, packed("/v2/storage", stranger)) == 401);
  CHECK(status_of(fixture, packed("/v2/rpc/echo?unwrap", stranger)) == 401);
  CHECK(status_of(fixture, packed("/v2/account/authenticate/device", stranger)) == 401);
  CHECK(g_unpacked == 0);

  status_of(fixture, packed("/v2/rpc/echo?unwrap", kSession));
  CHECK(g_unpacked == 1);
}

TEST_CASE("a login's body has a bound of its own", "[rest]") {
  RestFixture fixture;
  CHECK(status_of(fixture, packed("/v2/account/authenticate/device", kServerKey)) == 400);
}

TEST_CASE("large bodies have a budget by player, paid back in time", "[rest]") {
  RestFixture fixture;
  fixture.identity.add_user("other", "bob");
  const Headers other{{"authorization", "Bearer other"}};
  const auto asks = [&](const Headers& who) {
    return status_of(fixture, packed("/v2/rpc/echo?unwrap", who)) != 429;
  };
  int admitted = 0;
  while (admitted < 100 && asks(kSession)) ++admitted;
  g_unpacked = 0;

  CHECK(admitted == 5);  // 4 MiB, and the one that exceeded it
  std::string refused;
  fixture.api.handle(packed("/v2/rpc/echo?unwrap", kSession),
                     [&](HttpResponse answer) { refused = answer.body; });
  CHECK(refused.find("the limit is 1048576 bytes a second: send less") != std::string::npos);
  CHECK(refused.find("(limits.player_body_bytes_per_sec)") != std::string::npos);
  CHECK(fixture.metrics.value("serai_refused_total", "player_body_bytes_per_sec") == 2);
  CHECK(g_unpacked == 0);
  CHECK(asks(other));
  CHECK(fixture.call("POST", "/v2/rpc/echo?unwrap", "small", kSession).status != 429);
  fixture.clock.advance_us(2'000'000);
  CHECK(asks(kSession));
}

TEST_CASE("large answers have a budget by player, those that are being made included", "[rest]") {
  protocol::RestApiOptions options;
  options.answer_bytes = {1'000'000, 1'048'576};
  RestFixture fixture(options);
  fixture.identity.add_user("other", "bob");
  StorageObject large;
  large.value = R"({"text":")" + std::string(1'500'000, 'x') + "\"}";
  fixture.store.objects = {large};
  std::string body = R"({"object_ids":[{"collection":"c","key":"k"})";
  for (int i = 1; i < 250; ++i) body += R"(,{"collection":"c","key":"k"})";
  body += "]}";
  const auto read = [&](const Headers& who) {
    return fixture.call("POST", "/v2/storage", body, who);
  };

  fixture.where.holds = true;
  CHECK(read(kSession).status == 0);  // its answer is being made
  const HttpResponse refused = read(kSession);
  CHECK(read({{"authorization", "Bearer other"}}).status == 0);
  fixture.where.go_on();
  fixture.where.holds = false;

  CHECK(refused.status == 429);
  CHECK(refused.body.find("(limits.player_sent_bytes_per_sec)") != std::string::npos);
  CHECK(fixture.metrics.value("serai_refused_total", "player_sent_bytes_per_sec") == 1);
  CHECK(read(kSession).status == 429);  // 1.4 MB were more than may be asked for at once
  fixture.clock.advance_us(500'000);
  CHECK(read(kSession).owner == fixture.user.hash());
  CHECK(fixture.call("GET", "/v2/account", "", kSession).status == 429);
  fixture.clock.advance_us(2'000'000);
  CHECK(read(kSession).status == 200);
}
