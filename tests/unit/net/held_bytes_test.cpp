// Bytes that clients do not read, or requests that they send in part: whom the bytes count for, how
// many may be queued, and clients that are slow but alive.
#include <catch2/catch.hpp>
#include <chrono>

#include "net_server.hpp"
#include "raw_client.hpp"
#include "support/wait_for.hpp"

using namespace std::chrono_literals;
using namespace serai::testing;
using serai::net::ListenerOptions;

namespace {

// A client that has sent this request and reads nothing.
RawClient ask_only(NetServer& server, const std::string& target) {
  const std::uint64_t before = server.requests.value();
  RawClient client(server.port(), 4096);
  REQUIRE(client.send(get(target)));
  REQUIRE(server.requests.reaches(before + 1));
  return client;
}

}  // namespace

TEST_CASE("what an owner does not read is bounded, over all connections", "[net][held]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.held.owner_bytes_max = 1'000'000;
  NetServer server(options);
  RawClient other(server.port());
  {
    const RawClient idle = ask_only(server, "/size/20000000?owner=7");

    const RawAnswer refused = other.ask(get("/size/2000000?owner=7"));
    CHECK(refused.status == 429);
    CHECK(
        refused.body ==
        R"text({"code":8,"message":"Too much of your data is unread or incomplete, the limit is )text"
        R"text(1000000 bytes: finish it first (limits.player_held_bytes)"})text");
    CHECK(server.metrics.value("serai_refused_total", "player_held_bytes") == 1);
    CHECK(other.ask(get("/size/1000?owner=7")).status == 200);  // goes out at once
    CHECK(other.ask(get("/size/2000000?owner=8")).body.size() == 2'000'000);
  }
  REQUIRE(wait_for([&] { return server.listener().counts().connections == 1; }));
  CHECK(other.ask(get("/size/2000000?owner=7")).body.size() == 2'000'000);
}

TEST_CASE("what all clients together do not read is bounded", "[net][held]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.held = {30'000'000, 1'000'000'000};
  NetServer server(options);
  const RawClient idle = ask_only(server, "/size/29000000?owner=7");
  RawClient other(server.port());

  const RawAnswer refused = other.ask(get("/size/25000000?owner=8"));
  CHECK(refused.status == 503);
  CHECK(refused.has("application/json"));
  CHECK(refused.body.find("limits.held_bytes") != std::string::npos);
  CHECK(other.ask(get("/size/1000?owner=8")).status == 200);
}

TEST_CASE("a socket whose owner does not read is closed with the limit", "[net][held]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.held.owner_bytes_max = 1'000'000;
  NetServer server(options);
  RawClient client(server.port(), 4096);
  REQUIRE(client.open_websocket());
  REQUIRE(client.send(client_frame(0x81, "big 8000000")));
  REQUIRE(server.messages.reaches(1));

  server.push_to_all("one more");

  CHECK(server.closed.reaches(1));
  CHECK(client.read_to_end().ends_with("finish it first (limits.player_held_bytes)"));
}

TEST_CASE("a socket is slow while half of its queue waits, and says when nothing waits",
          "[net][held]") {
  NetServer server;
  RawClient client(server.port(), 4096);
  REQUIRE(client.open_websocket());
  REQUIRE(client.send(client_frame(0x81, "burst 40")));
  REQUIRE(server.messages.reaches(1));
  CHECK_FALSE(server.is_slow());  // many messages at once, but the client reads

  REQUIRE(client.send(client_frame(0x81, "big 8000000")));
  REQUIRE(server.messages.reaches(2));
  for (int i = 0; i < 31; ++i) server.push_to_all("waits");
  REQUIRE(server.is_slow());
  CHECK(server.flushes.value() == 0);
  client.read(8'000'000);

  CHECK(server.flushes.reaches(1));
  CHECK_FALSE(server.is_slow());
}

TEST_CASE("a slow client is not taken for one that is gone", "[net][held]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.socket.write_wait = 1s;
  NetServer server(options);
  RawClient client(server.port(), 4096);
  REQUIRE(client.open_websocket());
  REQUIRE(client.send(client_frame(0x81, "big 40000000")));
  REQUIRE(server.messages.reaches(1));

  // Reads slowly but steadily, for twice as long as one write may take.
  const auto until = std::chrono::steady_clock::now() + 2s;
  std::size_t got = 0;
  while (std::chrono::steady_clock::now() < until && got < 38'000'000) {
    const auto next = std::chrono::steady_clock::now() + 10ms;
    got += client.read(65'536).size();
    REQUIRE(wait_for([&] { return std::chrono::steady_clock::now() >= next; }));
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

TEST_CASE("what an owner sends in part is bounded, over all connections", "[net][held]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.held.owner_bytes_max = 400'000;
  NetServer server(options);
  const std::string begun = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" +
                            std::string(150'000, 'x');
  RawClient other(server.port());
  {
    RawClient first(server.port());
    RawClient second(server.port());
    REQUIRE(first.send(begun));
    REQUIRE(second.send(begun));
    REQUIRE(wait_for([&] { return server.held_bytes() >= 300'000; }));
    RawClient third(server.port());

    REQUIRE(third.send(begun));
    const RawAnswer refused = third.answer();
    CHECK(refused.status == 429);
    CHECK(refused.body.find("incomplete, the limit is 400000 bytes") != std::string::npos);
    CHECK(third.read_to_end().empty());
    CHECK(other.ask(post("/echo", "small")).body == "small");
    REQUIRE(first.send(std::string(50'000, 'x')));
    CHECK(first.answer().body.size() == 200'000);
  }
  REQUIRE(wait_for([&] { return server.held_bytes() == 0; }));
  CHECK(other.ask(post("/echo", std::string(200'000, 'y'))).body.size() == 200'000);
}

TEST_CASE("what a player's sockets send in part is bounded, over all of them", "[net][held]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.held.owner_bytes_max = 30'000;
  options.socket.message_bytes_max = 40'000;
  NetServer server(options);
  RawClient first(server.port());
  RawClient second(server.port());
  REQUIRE(first.open_websocket());
  REQUIRE(second.open_websocket());
  REQUIRE(first.send(client_frame(0x01, std::string(20'000, 'x'))));
  REQUIRE(wait_for([&] { return server.held_bytes() >= 20'000; }));

  REQUIRE(second.send(client_frame(0x01, std::string(20'000, 'x'))));

  CHECK(second.read_to_end().find("incomplete, the limit is 30000 bytes") != std::string::npos);
  REQUIRE(first.send(client_frame(0x80, "x")));
  CHECK(server.messages.reaches(1));
}
