#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <catch2/catch.hpp>
#include <random>

#include "net_server.hpp"
#include "raw_client.hpp"
#include "support/wait_for.hpp"

// Beast's client checks our frames.

using namespace std::chrono_literals;
using namespace serai::testing;
using serai::net::ListenerOptions;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

namespace {

// Without type erasure and compression, which halves the compile time.
using Stream =
    websocket::stream<asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>,
                      false>;

class SocketClient {
 public:
  explicit SocketClient(const NetServer& server, const std::string& query = "token=ok")
      : stream_(io_) {
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), server.port()});
    stream_.handshake("test", "/ws?" + query);
  }

  void send(const std::string& text) { stream_.write(asio::buffer(text)); }
  std::string receive() {
    beast::flat_buffer buffer;
    boost::system::error_code error;
    stream_.read(buffer, error);
    if (error == websocket::error::closed)
      return "closed: " + std::string(stream_.reason().reason.c_str());
    if (error) return "error: " + error.message();
    return beast::buffers_to_string(buffer.data());
  }
  std::string ask(const std::string& text) {
    send(text);
    return receive();
  }
  int close_code() const { return stream_.reason().code; }
  Stream& stream() { return stream_; }

 private:
  asio::io_context io_;
  Stream stream_;
};

}  // namespace

TEST_CASE("messages of every size come back whole", "[net]") {
  NetServer server;
  SocketClient client(server);

  for (const std::size_t size : {1u, 125u, 126u, 1000u, 4096u}) {
    CHECK(client.ask(std::string(size, 'm')).size() == size);
  }
  CHECK(client.ask("big 70000").size() == 70'000);
  CHECK(client.stream().got_text());
}

TEST_CASE("a protobuf socket speaks binary", "[net]") {
  NetServer server;
  SocketClient client(server, "token=ok&format=protobuf");
  client.stream().binary(true);

  CHECK(client.ask(std::string("\0\xff", 2)) == std::string("\0\xff", 2));
  CHECK(client.stream().got_binary());
}

TEST_CASE("fragments make one message, with a ping between them answered", "[net]") {
  NetServer server;
  SocketClient client(server);
  std::string pong;
  client.stream().control_callback([&](websocket::frame_type type, beast::string_view payload) {
    if (type == websocket::frame_type::pong) pong = std::string(payload.data(), payload.size());
  });

  client.stream().write_some(false, asio::buffer(std::string("one ")));
  client.stream().ping("p");
  client.stream().write_some(false, asio::buffer(std::string("two ")));
  client.stream().write_some(true, asio::buffer(std::string("three")));

  CHECK(client.receive() == "one two three");
  CHECK(pong == "p");
}

TEST_CASE("a thousand random messages survive any cutting into packets", "[net]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  NetServer server;
  RawClient client(server.port());
  REQUIRE(client.open_websocket());
  std::string wire;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string payload(random() % 126, static_cast<char>('a' + i % 26));
    wire += client_frame(0x81, payload);
    expected += '\x81';
    expected += static_cast<char>(payload.size());
    expected += payload;
  }

  std::thread writer([&] {
    for (std::size_t at = 0; at < wire.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 700, wire.size() - at);
      if (!client.send(std::string_view(wire).substr(at, size))) return;
      at += size;
    }
  });
  const std::string got = client.read(expected.size());
  writer.join();

  CHECK(got == expected);
}

TEST_CASE("refusals are plain HTTP with text", "[net]") {
  NetServer server;
  RawClient client(server.port());

  const RawAnswer bad_token = client.ask(get("/ws?token=no"));
  const RawAnswer bad_format = client.ask(get("/ws?token=ok&format=bad"));
  const RawAnswer no_upgrade = client.ask(get("/ws?token=ok"));

  CHECK(bad_token.status == 401);
  CHECK(bad_token.body == "Missing or invalid token");
  CHECK(bad_token.has("Content-Type: text/plain"));
  CHECK(bad_format.status == 400);
  CHECK(no_upgrade.status == 400);
  CHECK(client.ask(get("/echo")).status == 200);
  CHECK(server.opened.value() == 0);
}

TEST_CASE("frames sent right behind the upgrade request are not lost", "[net]") {
  NetServer server;
  RawClient client(server.port());

  REQUIRE(client.send(get("/ws?token=ok",
                          "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") +
                      client_frame(0x81, "early")));

  CHECK(client.answer(false).status == 101);
  CHECK(client.read(7) ==
        "\x81\x05"
        "early");
}

TEST_CASE("the wrong frame type closes the socket", "[net]") {
  NetServer server;
  SocketClient client(server);
  client.stream().binary(true);

  CHECK(client.ask("x").starts_with("closed: "));
  CHECK(client.close_code() == 1000);
  CHECK(server.closed.reaches(1));
  CHECK(server.messages.value() == 0);
}

TEST_CASE("a message over the limit closes the socket, in one frame or in many", "[net]") {
  NetServer server;
  SocketClient whole(server);
  SocketClient pieces(server);

  CHECK(whole.ask(std::string(4097, 'x')).starts_with("closed: "));
  pieces.stream().write_some(false, asio::buffer(std::string(4000, 'x')));
  pieces.stream().write_some(true, asio::buffer(std::string(97, 'x')));

  CHECK(pieces.receive().starts_with("closed: "));
  CHECK(whole.close_code() == 1009);
  CHECK(pieces.close_code() == 1009);
  CHECK(server.closed.reaches(2));
}

TEST_CASE("broken frames end the socket with a protocol error", "[net]") {
  NetServer server;
  const std::string broken = GENERATE(std::string("\x81\x05hello"),  // not masked
                                      client_frame(0xc1, "x"),       // reserved bit
                                      client_frame(0x80, "x"),       // continues nothing
                                      client_frame(0x01, "a") + client_frame(0x81, "b"),
                                      client_frame(0x88, "\x01"),  // half a close code
                                      client_frame(0x83, "x"));
  RawClient client(server.port());
  REQUIRE(client.open_websocket());

  REQUIRE(client.send(broken));

  CHECK(client.read(4).substr(2) == "\x03\xea");  // 1002
  CHECK(client.is_closed());
  CHECK(server.closed.reaches(1));
  CHECK(server.messages.value() == 0);
}

TEST_CASE("text that is not UTF-8 ends the socket", "[net]") {
  NetServer server;
  RawClient client(server.port());
  REQUIRE(client.open_websocket());

  REQUIRE(client.send(client_frame(0x81, "\xff\xfe")));

  CHECK(client.read(4).substr(2) == "\x03\xef");  // 1007
  CHECK(client.is_closed());
}

TEST_CASE("a close by the client is echoed with its code", "[net]") {
  NetServer server;
  RawClient with_code(server.port());
  RawClient bare(server.port());
  REQUIRE(with_code.open_websocket());
  REQUIRE(bare.open_websocket());

  REQUIRE(with_code.send(client_frame(0x88,
                                      "\x0f\xa0"
                                      "bye")));
  REQUIRE(bare.send(client_frame(0x88, "")));

  CHECK(with_code.read(4) == "\x88\x02\x0f\xa0");
  CHECK(bare.read(2) == std::string("\x88\x00", 2));
  CHECK(with_code.is_closed());
  CHECK(bare.is_closed());
  CHECK(server.closed.reaches(2));
}

TEST_CASE("a close by the server comes after what was queued, with 1000 and the reason", "[net]") {
  NetServer server;
  SocketClient client(server);

  CHECK(client.ask("close enough") == "bye");
  CHECK(client.receive() == "closed: enough");

  CHECK(client.close_code() == 1000);
  CHECK(server.closed.reaches(1));
  CHECK(server.all_closed());
}

TEST_CASE("a client that never acknowledges a close is dropped after the wait", "[net]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.socket.close_ack_wait = 50ms;
  NetServer server(options);
  RawClient client(server.port());
  REQUIRE(client.open_websocket());

  REQUIRE(client.send(client_frame(0x81, "close now")));

  CHECK(server.closed.reaches(1));  // at once, without the acknowledgement
  CHECK(server.all_closed());
}

TEST_CASE("a burst larger than the queue reaches a client that reads", "[net]") {
  NetServer server;
  SocketClient client(server);

  client.send("burst 1000");

  for (int i = 0; i < 1000; ++i) REQUIRE(client.receive() == std::to_string(i));
}

TEST_CASE("a client that does not read is closed when the queue is full", "[net]") {
  NetServer server;
  RawClient client(server.port(), 4096);
  REQUIRE(client.open_websocket());
  REQUIRE(client.send(client_frame(0x81, "big 8000000")));
  REQUIRE(server.messages.reaches(1));

  for (int i = 0; i < 63; ++i) server.push_to_all("waits");
  CHECK(server.closed.value() == 0);
  server.push_to_all("one more");

  CHECK(server.closed.reaches(1));
  const std::string all = client.read_to_end();
  CHECK(all.ends_with("session outgoing queue full"));
  CHECK(all.find("one more") == std::string::npos);
}

TEST_CASE("a write that does not finish in time drops the socket", "[net]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.socket.write_wait = 50ms;
  NetServer server(options);
  RawClient client(server.port(), 4096);
  REQUIRE(client.open_websocket());

  REQUIRE(client.send(client_frame(0x81, "big 20000000")));

  CHECK(server.closed.reaches(1));
  CHECK(server.all_closed());
}

TEST_CASE("a client that answers pings stays, a silent one is dropped", "[net]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.socket.ping_period = 30ms;
  options.socket.pong_wait = 120ms;
  NetServer server(options);
  SocketClient answers(server);
  RawClient silent(server.port());
  REQUIRE(silent.open_websocket());
  int pings = 0;
  answers.stream().control_callback([&](websocket::frame_type type, beast::string_view) {
    if (type == websocket::frame_type::ping && ++pings == 10) server.push_to_all("enough");
  });

  CHECK(answers.receive() == "enough");  // reading answers the pings

  CHECK(silent.is_closed());
  CHECK(server.closed.reaches(1));
  CHECK(server.listener().counts().sockets == 1);
}

TEST_CASE("twenty messages push the ping and the deadline back", "[net]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.socket.ping_period = 10'000ms;
  options.socket.pong_wait = 300ms;
  NetServer server(options);
  RawClient busy(server.port());
  RawClient idle(server.port());
  REQUIRE(busy.open_websocket());
  REQUIRE(idle.open_websocket());

  const std::string twenty = [] {
    std::string out;
    for (int i = 0; i < 20; ++i) out += client_frame(0x81, "m");
    return out;
  }();
  // Sends messages until the idle socket was closed for its silence.
  REQUIRE(wait_for([&] {
    REQUIRE(busy.send(twenty));
    REQUIRE(busy.read(60).size() == 60);
    return server.closed.value() != 0;
  }));

  CHECK(idle.is_closed());
  CHECK(busy.send(client_frame(0x81, "alive")));
  CHECK(busy.read(7) ==
        "\x81\x05"
        "alive");
}

TEST_CASE("a half-closed or broken socket leaves at once", "[net]") {
  NetServer server;
  RawClient half(server.port());
  REQUIRE(half.open_websocket());
  half.end_sending();
  CHECK(server.closed.reaches(1));
  {
    RawClient gone(server.port());
    REQUIRE(gone.open_websocket());
    REQUIRE(gone.send(std::string_view(client_frame(0x81, "half a frame")).substr(0, 9)));
  }

  CHECK(server.closed.reaches(2));
  CHECK(server.all_closed());
}

TEST_CASE("random frames never crash the server, and every session ends once", "[net]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  NetServer server;

  for (std::uint64_t round = 1; round <= 300; ++round) {
    RawClient client(server.port());
    REQUIRE(client.open_websocket());
    std::string bytes;
    for (auto frames = random() % 6; frames > 0; --frames) {
      std::string payload(random() % 300, 'x');
      for (char& byte : payload) byte = static_cast<char>(random());
      bytes +=
          client_frame(static_cast<unsigned char>(random() % 4 == 0 ? random() : 0x81), payload);
    }
    client.send(bytes);
    client.end_sending();
    REQUIRE(client.is_closed());
    REQUIRE(server.closed.reaches(round));
  }

  CHECK(server.opened.value() == server.closed.value());
  CHECK(server.all_closed());
}
