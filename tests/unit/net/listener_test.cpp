#include <fcntl.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>

#include "net_server.hpp"
#include "raw_client.hpp"

using namespace std::chrono_literals;
using namespace serai;
using namespace serai::net;
using namespace serai::testing;

namespace {

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

// Tries to start a second listener beside a running server.
Result<net::Endpoint> start_beside(NetServer& server, net::ListenerOptions options) {
  const auto handlers = [&](std::uint32_t) { return ShardHandlers{server, server}; };
  net::Listener second(server, std::move(options), handlers, Log(), no_metrics());
  return second.start();
}

}  // namespace

TEST_CASE("a taken port is refused with its address, also between sharing shards", "[net]") {
  NetServer server(NetServer::quick(), GENERATE(1u, 3u));
  net::ListenerOptions same = NetServer::quick();
  same.port = server.port();

  const auto refused = start_beside(server, same);

  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::unavailable);
  CHECK(refused.error().detail.find("127.0.0.1:" + std::to_string(server.port())) !=
        std::string::npos);
}

TEST_CASE("options that cannot work are refused with the reason", "[net]") {
  NetServer server;
  net::ListenerOptions bad_address = NetServer::quick();
  bad_address.address = "not-an-address";
  net::ListenerOptions half_tls = NetServer::quick();
  half_tls.certificate_file = "cert.pem";
  net::ListenerOptions no_file = half_tls;
  no_file.key_file = "missing.pem";

  CHECK(start_beside(server, bad_address).error().code == Errc::invalid_argument);
  CHECK(start_beside(server, half_tls).error().code == Errc::invalid_argument);
  CHECK(start_beside(server, no_file).error().detail.find("cert.pem") != std::string::npos);
}

TEST_CASE("connections spread over shards and all are served", "[net]") {
  NetServer server(NetServer::quick(), 2);
  std::vector<RawClient> clients;
  for (int i = 0; i < 50; ++i) clients.emplace_back(server.port());

  for (RawClient& client : clients) CHECK(client.ask(post("/echo", "hi")).body == "hi");

  CHECK(server.listener().counts().connections == 50);
}

TEST_CASE("ten thousand connects leave nothing behind", "[net]") {
  NetServer server(NetServer::quick(), 2);
  const auto before = open_descriptors();

  for (int i = 0; i < 10'000; ++i) {
    RawClient client(server.port());
    REQUIRE(client.is_connected());
    if (i % 4 == 1) client.send("GET /echo HTT");
    if (i % 4 == 2) CHECK(client.ask(get("/echo")).status == 200);
    if (i % 4 == 3) CHECK(client.open_websocket());
  }

  CHECK(server.all_closed());
  CHECK(server.listener().counts().sockets == 0);
  CHECK(server.opened.value() == 2500);
  CHECK(server.closed.reaches(2500));
  CHECK(open_descriptors() == before);
}

TEST_CASE("connections above the bound wait until one leaves", "[net]") {
  net::ListenerOptions options = NetServer::quick();
  options.connections_max = 2;
  NetServer server(options);
  auto first = std::make_unique<RawClient>(server.port());
  RawClient second(server.port());
  REQUIRE(first->ask(get("/echo")).status == 200);
  REQUIRE(second.ask(get("/echo")).status == 200);

  RawClient third(server.port());
  REQUIRE(third.send(post("/echo", "patience")));
  REQUIRE(second.ask(get("/echo")).status == 200);
  CHECK(server.listener().counts().connections == 2);
  first.reset();

  CHECK(third.answer().body == "patience");
}

TEST_CASE("an address with too many connections is refused and recovers", "[net]") {
  net::ListenerOptions options = NetServer::quick();
  options.connections_per_ip_max = 1;
  NetServer server(options);
  {
    RawClient first(server.port());
    REQUIRE(first.ask(get("/echo")).status == 200);
    RawClient second(server.port());
    CHECK(second.answer().status == 503);
    CHECK(second.is_closed());
  }
  REQUIRE(server.all_closed());

  RawClient third(server.port());
  CHECK(third.ask(get("/echo")).status == 200);
}

TEST_CASE("an orderly end: no new connections, calls finish, sockets hear the reason", "[net]") {
  NetServer server(NetServer::quick());
  RawClient idle(server.port());
  RawClient calling(server.port());
  RawClient socket(server.port());
  REQUIRE(idle.ask(get("/echo")).status == 200);
  REQUIRE(socket.open_websocket());
  REQUIRE(calling.send(get("/late")));
  REQUIRE(server.requests.reaches(2));

  server.listener().stop_accepting();
  server.listener().close_all("server shutting down");
  CHECK(idle.is_closed());
  CHECK(socket.read(24) == "\x88\x16\x03\xe8server shutting down");
  CHECK(server.closed.reaches(1));
  server.release();
  const RawAnswer last = calling.answer();

  CHECK(last.body == "late");
  CHECK(last.has("Connection: close\r\n"));
  CHECK(calling.is_closed());
  REQUIRE(socket.send(client_frame(0x88, "\x03\xe8")));
  CHECK(socket.is_closed());
  CHECK(server.all_closed());
  CHECK_FALSE(RawClient(server.port()).is_connected());
}

TEST_CASE("an orderly end: a socket's call is answered before the close, nothing more is read",
          "[net]") {
  NetServer server;
  RawClient socket(server.port());
  REQUIRE(socket.open_websocket());
  REQUIRE(socket.send(client_frame(0x81, "late")));
  REQUIRE(server.messages.reaches(1));

  server.listener().close_all("server shutting down");
  server.on_shard([] {});
  REQUIRE(socket.send(client_frame(0x81, "too late")));
  RawClient(server.port()).ask(get("/echo"));  // after its answer the other would have been read
  server.release();

  CHECK(socket.read(6) == "\x81\x04late");
  CHECK(socket.read(24) == "\x88\x16\x03\xe8server shutting down");
  REQUIRE(socket.send(client_frame(0x88, "\x03\xe8")));
  CHECK(socket.is_closed());
  CHECK(server.closed.reaches(1));
  CHECK(server.all_closed());
  CHECK(server.messages.value() == 1);
}

TEST_CASE("an orderly end, asked for again, waits for no socket's answer", "[net]") {
  ListenerOptions options = NetServer::quick();
  options.socket.close_ack_wait = 60'000ms;
  NetServer server(options);
  RawClient socket(server.port());
  REQUIRE(socket.open_websocket());
  REQUIRE(socket.send(client_frame(0x81, "late")));
  REQUIRE(server.messages.reaches(1));

  server.listener().close_all("server shutting down");
  server.on_shard([] {});
  REQUIRE(socket.send(client_frame(0x88, "\x03\xe8")));  // read after the server has closed too
  RawClient(server.port()).ask(get("/echo"));
  CHECK(server.closed.value() == 0);
  server.listener().close_all("server shutting down");

  CHECK(socket.read(24) == "\x88\x16\x03\xe8server shutting down");
  CHECK(socket.is_closed());
  CHECK(server.all_closed());
}

TEST_CASE("an orderly end does not take silence for death while nothing is read", "[net]") {
  ListenerOptions options = NetServer::quick();
  options.socket.pong_wait = 400ms;
  options.socket.close_ack_wait = 50ms;
  NetServer server(options);
  RawClient socket(server.port());
  REQUIRE(socket.open_websocket());
  REQUIRE(socket.send(client_frame(0x81, "late")));
  REQUIRE(server.messages.reaches(1));

  server.listener().close_all("server shutting down");
  Tally later;  // by the same shard's clock
  server.at(0).post([&] { server.at(0).after(600, [&] { later.add(); }); });
  CHECK(later.reaches(1));
  CHECK(server.closed.value() == 0);
  server.release();

  CHECK(socket.read_to_end().ends_with("server shutting down"));
}

TEST_CASE("a host that stops without a word frees its connections and late answers", "[net]") {
  std::optional<RawClient> call;
  std::optional<RawClient> socket;
  {
    NetServer server(NetServer::quick(), 1);
    call.emplace(server.port());
    socket.emplace(server.port());
    REQUIRE(call->send(get("/late")));
    REQUIRE(socket->open_websocket());
    REQUIRE(server.requests.reaches(1));
  }
  // Sanitizers check the memory; a closed descriptor ends its connection.
  CHECK(call->read_to_end().empty());
  CHECK(call->is_closed());
  CHECK(socket->read_to_end().empty());
  CHECK(socket->is_closed());
}
