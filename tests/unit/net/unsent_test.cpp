// What clients do not read: whose bytes wait, how many may, and who is slow but there.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "net_server.hpp"
#include "raw_client.hpp"

using namespace std::chrono_literals;
using namespace serai::testing;
using serai::ListenerOptions;

namespace {

// A client that has asked for this and reads nothing.
RawClient ask_only(NetServer& server, const std::string& target) {
  const std::uint64_t before = server.requests.value();
  RawClient client(server.port(), 4096);
  REQUIRE(client.send(get(target)));
  REQUIRE(server.requests.reaches(before + 1));
  return client;
}

}  // namespace

TEST_CASE("what an owner does not read is bounded, over all connections", "[net][unsent]") {
  ListenerOptions options = NetServer::quick();
  options.unsent.owner_bytes_max = 1'000'000;
  NetServer server(options);
  RawClient other(server.port());
  {
    const RawClient idle = ask_only(server, "/size/20000000?owner=7");

    const RawAnswer refused = other.ask(get("/size/2000000?owner=7"));
    CHECK(refused.status == 429);
    CHECK(
        refused.body ==
        R"text({"code":8,"message":"Too many of your bytes wait to be read, the limit is 1000000 )text"
        R"text(bytes: read them first (limits.player_unsent_bytes)"})text");
    CHECK(server.metrics.value("serai_refused_total", "player_unsent_bytes") == 1);
    CHECK(other.ask(get("/size/1000?owner=7")).status == 200);  // goes out at once
    CHECK(other.ask(get("/size/2000000?owner=8")).body.size() == 2'000'000);
  }
  while (server.listener().counts().connections > 1) std::this_thread::yield();
  CHECK(other.ask(get("/size/2000000?owner=7")).body.size() == 2'000'000);
}

TEST_CASE("what all clients together do not read is bounded", "[net][unsent]") {
  ListenerOptions options = NetServer::quick();
  options.unsent = {30'000'000, 1'000'000'000};
  NetServer server(options);
  const RawClient idle = ask_only(server, "/size/29000000?owner=7");
  RawClient other(server.port());

  const RawAnswer refused = other.ask(get("/size/25000000?owner=8"));
  CHECK(refused.status == 503);
  CHECK(refused.has("application/json"));
  CHECK(refused.body.find("limits.unsent_bytes") != std::string::npos);
  CHECK(other.ask(get("/size/1000?owner=8")).status == 200);
}

TEST_CASE("a socket whose owner does not read is closed with the limit", "[net][unsent]") {
  ListenerOptions options = NetServer::quick();
  options.unsent.owner_bytes_max = 1'000'000;
  NetServer server(options);
  RawClient client(server.port(), 4096);
  REQUIRE(client.open_websocket());
  REQUIRE(client.send(client_frame(0x81, "big 8000000")));
  REQUIRE(server.messages.reaches(1));

  server.push_to_all("one more");

  CHECK(server.closed.reaches(1));
  CHECK(client.read_to_end().ends_with("read them first (limits.player_unsent_bytes)"));
}

TEST_CASE("a socket is slow while half of its queue waits, and says when nothing waits",
          "[net][unsent]") {
  NetServer server;
  RawClient client(server.port(), 4096);
  REQUIRE(client.open_websocket());
  REQUIRE(client.send(client_frame(0x81, "burst 40")));
  REQUIRE(server.messages.reaches(1));
  CHECK_FALSE(server.is_slow());  // many at once, and the client reads

  REQUIRE(client.send(client_frame(0x81, "big 8000000")));
  REQUIRE(server.messages.reaches(2));
  for (int i = 0; i < 31; ++i) server.push_to_all("waits");
  REQUIRE(server.is_slow());
  CHECK(server.drains.value() == 0);
  client.read(8'000'000);

  CHECK(server.drains.reaches(1));
  CHECK_FALSE(server.is_slow());
}

TEST_CASE("a slow client is not taken for one that is gone", "[net][unsent]") {
  ListenerOptions options = NetServer::quick();
  options.socket.write_wait = 1s;
  NetServer server(options);
  RawClient client(server.port(), 4096);
  REQUIRE(client.open_websocket());
  REQUIRE(client.send(client_frame(0x81, "big 40000000")));
  REQUIRE(server.messages.reaches(1));

  // Twice as long as one write may take, a little all the time.
  const auto until = std::chrono::steady_clock::now() + 2s;
  std::size_t got = 0;
  while (std::chrono::steady_clock::now() < until && got < 38'000'000) {
    const auto next = std::chrono::steady_clock::now() + 10ms;
    got += client.read(65'536).size();
    while (std::chrono::steady_clock::now() < next) std::this_thread::yield();
  }

  CHECK(server.closed.value() == 0);
  CHECK(client.read(40'000'000 - got).size() == 40'000'000 - got);
}

TEST_CASE("every frame is counted that is no whole message", "[net]") {
  NetServer server;
  RawClient client(server.port());
  REQUIRE(client.open_websocket());

  REQUIRE(client.send(client_frame(0x89, "ping") + client_frame(0x8a, "pong") +
                      client_frame(0x01, "a") + client_frame(0x00, "") + client_frame(0x80, "b")));

  REQUIRE(server.messages.reaches(1));
  CHECK(server.frames.value() == 4);
}

TEST_CASE("a socket whose session takes no more is not read", "[net]") {
  NetServer server;
  RawClient client(server.port());
  RawClient other(server.port());
  REQUIRE(client.open_websocket());

  REQUIRE(client.send(client_frame(0x81, "hold") + client_frame(0x81, "one")));
  REQUIRE(server.messages.reaches(1));
  REQUIRE(client.send(client_frame(0x81, "two")));
  for (int i = 0; i < 3; ++i) CHECK(other.ask(post("/echo", "served")).body == "served");
  CHECK(server.messages.value() == 1);
  server.read_on();

  CHECK(server.messages.reaches(3));
}
