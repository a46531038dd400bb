#include <catch2/catch.hpp>
#include <random>

#include "net_server.hpp"
#include "raw_client.hpp"

using namespace std::chrono_literals;
using serai::net::ListenerOptions;
using namespace serai::testing;

TEST_CASE("a request reaches the handler and its answer comes back with the fixed fields",
          "[net]") {
  NetServer server;
  RawClient client(server.port());

  const RawAnswer answer = client.ask(post("/echo", R"({"a":1})"));

  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"a":1})");
  CHECK(answer.has("Content-Type: application/json\r\n"));
  CHECK(answer.has("Cache-Control: no-store, no-cache, must-revalidate\r\n"));
  CHECK(answer.has("Vary: Accept-Encoding\r\n"));
  CHECK(answer.has("Date: "));
  CHECK_FALSE(answer.has("Access-Control-Allow-Origin"));
}

TEST_CASE("the path and the query come to the handler as they were sent", "[net]") {
  NetServer server;
  RawClient client(server.port());

  CHECK(client.ask(get("/v2/a%2Fb?x=%20&y")).body == "GET /v2/a%2Fb x=%20&y");
  CHECK(client.ask(get("http://elsewhere:80/p?q=1")).body == "GET /p q=1");
  CHECK(client.ask(get("/peer")).body == "127.0.0.1");
  CHECK(client.ask(get("/header/x-test", "X-TEST:  Mixed Case \r\n")).body == "Mixed Case");
}

TEST_CASE("the root answers probes by itself and nothing else", "[net]") {
  NetServer server;
  RawClient client(server.port());

  const RawAnswer probe = client.ask(get("/"));

  CHECK(probe.status == 200);
  CHECK(probe.body.empty());
  CHECK_FALSE(probe.has("Cache-Control"));
  CHECK(client.ask(post("/", "x")).status == 404);
  CHECK(server.requests.value() == 0);
}

TEST_CASE("pipelined requests are answered in order, waiting ones included", "[net]") {
  NetServer server;
  RawClient client(server.port());

  REQUIRE(client.send(post("/echo", "1") + get("/late") + post("/echo", "2") + get("/late") +
                      post("/echo", "3")));
  CHECK(client.answer().body == "1");
  REQUIRE(server.requests.reaches(2));
  server.release();
  CHECK(client.answer().body == "late");
  CHECK(client.answer().body == "2");
  REQUIRE(server.requests.reaches(4));
  server.release();

  CHECK(client.answer().body == "late");
  CHECK(client.answer().body == "3");
}

TEST_CASE("a thousand requests in one write get a thousand answers", "[net]") {
  NetServer server;
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 1000; ++i) all += post("/echo", std::to_string(i));

  REQUIRE(client.send(all));

  for (int i = 0; i < 1000; ++i) REQUIRE(client.answer().body == std::to_string(i));
}

TEST_CASE("a request may come byte by byte", "[net]") {
  NetServer server;
  RawClient client(server.port());

  for (const char byte : post("/echo", "slow")) REQUIRE(client.send({&byte, 1}));

  CHECK(client.answer().body == "slow");
}

TEST_CASE("a chunked body is put together, and its trailers are no headers", "[net]") {
  NetServer server;
  RawClient client(server.port());
  const std::string head = "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";

  const RawAnswer answer = client.ask(head + "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nX: y\r\n\r\n");

  CHECK(answer.body == "abcde");
  CHECK(client.ask(get("/echo")).status == 200);
}

TEST_CASE("a client that has half-closed still gets its answer", "[net]") {
  NetServer server;
  RawClient client(server.port());

  REQUIRE(client.send(get("/late")));
  client.end_sending();
  REQUIRE(server.requests.reaches(1));
  server.release();

  CHECK(client.answer().body == "late");
  CHECK(client.is_closed());
}

// The kernel reports new bytes only once (edge-triggered), so nothing else wakes the connection
// here.
TEST_CASE("what came while a request was waiting is read afterwards, the end as well", "[net]") {
  NetServer server;
  RawClient client(server.port());
  std::string many;
  for (int i = 0; i < 4000; ++i) many += post("/echo", std::to_string(i));

  REQUIRE(client.send(get("/late")));
  REQUIRE(server.requests.reaches(1));
  REQUIRE(client.send(many));  // more than is read in one turn
  client.end_sending();
  server.release();

  CHECK(client.answer().body == "late");
  for (int i = 0; i < 4000; ++i) REQUIRE(client.answer().body == std::to_string(i));
  CHECK(client.is_closed());
  CHECK(server.all_closed());
}

TEST_CASE("a connection closes when the client asks for it, and HTTP/1.0 must ask to keep it",
          "[net]") {
  NetServer server;
  RawClient asks(server.port());
  RawClient old(server.port());
  RawClient keeps(server.port());

  const RawAnswer last = asks.ask(get("/echo", "Connection: close\r\n"));
  const RawAnswer plain = old.ask("GET /echo HTTP/1.0\r\n\r\n");
  const RawAnswer kept = keeps.ask("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

  CHECK(last.has("Connection: close\r\n"));
  CHECK(asks.is_closed());
  CHECK(plain.status == 200);
  CHECK(old.is_closed());
  CHECK(kept.has("Connection: keep-alive\r\n"));
  CHECK(keeps.ask(get("/echo")).status == 200);
}

TEST_CASE("HEAD is answered without the body", "[net]") {
  NetServer server;
  RawClient client(server.port());

  REQUIRE(client.send("HEAD /size/10 HTTP/1.1\r\nHost: t\r\n\r\n" + post("/echo", "next")));

  CHECK(client.answer(false).has("Content-Length: 10\r\n"));
  CHECK(client.answer().body == "next");
}

TEST_CASE("a client that waits for 100-continue gets it", "[net]") {
  NetServer server;
  RawClient client(server.port());

  REQUIRE(client.send(
      "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  CHECK(client.answer(false).status == 100);
  REQUIRE(client.send("ok"));

  CHECK(client.answer().body == "ok");
}

TEST_CASE("garbage gets 400 and a close", "[net]") {
  NetServer server;
  const std::string garbage = GENERATE(
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
      "hello\r\n\r\n",
      "GET / HTTP/9.9\r\nHost: t\r\n\r\n",
      "GET /echo HTTP/1.1\r\n\r\n",
      "GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET /echo HTTP/1.1\r\nHost: t\r\nbad header\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5x\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
  {
    RawClient client(server.port());

    const RawAnswer answer = client.ask(garbage);

    CHECK(answer.status == 400);
    CHECK(answer.has("Connection: close\r\n"));
    CHECK(client.is_closed());
  }
  CHECK(server.requests.value() == 0);
  CHECK(server.all_closed());
}

TEST_CASE("random bytes never reach a handler and never keep a connection", "[net]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  NetServer server;

  for (int round = 0; round < 200; ++round) {
    RawClient client(server.port());
    std::string bytes(random() % 2000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    client.send(bytes);
    client.end_sending();
    REQUIRE(client.is_closed());
  }

  CHECK(server.requests.value() == 0);
  CHECK(server.all_closed());
}
