// Connections whose upgrade belongs to another shard, and how the ends of connections are told
// apart.
#include <catch2/catch.hpp>

#include "net_server.hpp"
#include "raw_client.hpp"
#include "support/wait_for.hpp"

using namespace serai;
using namespace serai::testing;

namespace {

constexpr unsigned char kText = 0x81;
constexpr unsigned char kClose = 0x88;

std::string upgrade(const std::string& query) {
  return get("/ws?" + query,
             "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
}

// The text of a short frame of the host.
std::string frame_of(RawClient& client) {
  const std::string head = client.read(2);
  REQUIRE(head.size() == 2);
  return client.read(static_cast<unsigned char>(head[1]));
}

std::string close_payload(std::uint16_t code) {
  return {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
}

}  // namespace

TEST_CASE("a connection is upgraded on the shard that its upgrade belongs to", "[net]") {
  NetServer server(NetServer::quick(), 3);
  std::vector<RawClient> clients;
  for (int i = 0; i < 30; ++i) {
    RawClient client(server.port());
    const std::string shard = std::to_string(i % 3);
    REQUIRE(client.open_websocket("token=ok&shard=" + shard));
    client.send(client_frame(kText, "shard"));
    CHECK(frame_of(client) == shard);
    clients.push_back(std::move(client));
  }
  CHECK(server.listener().counts().connections == 30);
  CHECK(server.listener().counts().sockets == 30);
  clients.clear();
  CHECK(server.all_closed());
  CHECK(server.closed.reaches(30));
}

TEST_CASE("what was sent before and after the upgrade is not lost by the move", "[net]") {
  NetServer server(NetServer::quick(), 2);
  for (int i = 0; i < 20; ++i) {
    RawClient client(server.port());
    client.send(post("/echo", "first") + upgrade("token=ok&shard=1") +
                client_frame(kText, "shard") + client_frame(kText, "and more"));
    CHECK(client.answer().body == "first");
    CHECK(client.answer().status == 101);
    CHECK(frame_of(client) == "1");
    CHECK(frame_of(client) == "and more");
  }
  CHECK(server.all_closed());
}

TEST_CASE("an upgrade that the other shard refuses is answered, and the connection goes on there",
          "[net]") {
  NetServer server(NetServer::quick(), 2);
  for (int i = 0; i < 20; ++i) {
    RawClient client(server.port());
    client.send(upgrade("token=bad&shard=1") + post("/echo", "next"));
    CHECK(client.answer().status == 401);
    CHECK(client.answer().body == "next");
    CHECK(client.ask(upgrade("token=ok&shard=9")).status == 101);  // there is no such shard
  }
}

TEST_CASE("a moved connection counts once for its address", "[net]") {
  auto options = NetServer::quick();
  options.connections_per_ip_max = 1;
  NetServer server(options, 2);
  for (int i = 0; i < 20; ++i) {
    RawClient client(server.port());
    REQUIRE(client.open_websocket("token=ok&shard=1"));
    CHECK(server.listener().counts().connections == 1);
    RawClient second(server.port());
    CHECK(second.ask(get("/echo")).status == 503);
    client.send(client_frame(kClose, ""));
    CHECK(client.is_closed());
    REQUIRE(server.all_closed());
  }
}

TEST_CASE("connections that move while the host stops are closed", "[net]") {
  NetServer server(NetServer::quick(), 2);
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(upgrade("token=ok&shard=1"));
  }
  server.listener().close_all("stop");
  server.listener().stop_accepting();
  server.listener().close_all("stop");
  CHECK(wait_for([&] {
    server.listener().close_all("stop");
    return server.listener().counts().connections == 0;
  }));
}

TEST_CASE("a session is told how its connection ended", "[net]") {
  NetServer server;
  RawClient client(server.port());
  REQUIRE(client.open_websocket());
  SocketEnd expected = SocketEnd::lost;
  SECTION("the stream ended") { client.end_sending(); }
  SECTION("a close frame with a code of its own") {
    client.send(client_frame(kClose, close_payload(4000)));
  }
  SECTION("a close frame without a code") {
    client.send(client_frame(kClose, ""));
    expected = SocketEnd::by_client;
  }
  SECTION("a normal close frame") {
    client.send(client_frame(kClose, close_payload(1000)));
    expected = SocketEnd::by_client;
  }
  SECTION("the page was left") {
    client.send(client_frame(kClose, close_payload(1001)));
    expected = SocketEnd::by_client;
  }
  SECTION("a frame that is wrong") {
    client.send(client_frame(0x8b, "what"));
    expected = SocketEnd::by_host;
  }
  SECTION("the session closed it") {
    client.send(client_frame(kText, "close why"));
    expected = SocketEnd::by_host;
  }
  REQUIRE(server.closed.reaches(1));
  CHECK(server.ends.at(static_cast<std::size_t>(expected)).value() == 1);
}
