#include <zlib.h>

#include <catch2/catch.hpp>

#include "net/compression.hpp"
#include "net_server.hpp"
#include "raw_client.hpp"

using namespace std::chrono_literals;
using serai::net::Encoding;
using serai::net::ListenerOptions;
using namespace serai::testing;

namespace {

constexpr const char* kTooLarge = R"({"code":3,"message":"http: request body too large"})";

std::string inflated(std::string body, serai::net::Encoding encoding) {
  auto out = serai::net::inflate_body(std::move(body), encoding, 10'000'000);
  return out ? *out : "broken";
}

}  // namespace

TEST_CASE("a body of the greatest size is taken and one byte more is refused", "[net]") {
  NetServer server;
  RawClient fits(server.port());
  RawClient over(server.port());

  CHECK(fits.ask(post("/echo", std::string(262'144, 'x'))).body.size() == 262'144);
  const RawAnswer refused = over.ask(post("/echo", std::string(262'145, 'x')));

  CHECK(refused.status == 400);
  CHECK(refused.body == kTooLarge);
  CHECK(over.is_closed());
  CHECK(server.requests.value() == 1);
}

TEST_CASE("a chunked body is refused as soon as it is too large", "[net]") {
  NetServer server;
  RawClient client(server.port());
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";

  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 5; ++i) client.send(chunk);

  CHECK(client.answer().body == kTooLarge);
}

TEST_CASE("the header block may have 5120 bytes and no more", "[net]") {
  NetServer server;
  const std::string bare = get("/echo", "X: \r\n");
  const std::string fits = get("/echo", "X: " + std::string(5120 - bare.size(), 'x') + "\r\n");
  const std::string over = get("/echo", "X: " + std::string(5121 - bare.size(), 'x') + "\r\n");
  RawClient first(server.port());
  RawClient second(server.port());
  RawClient endless(server.port());

  CHECK(first.ask(fits + post("/echo", "next")).status == 200);
  CHECK(first.answer().body == "next");
  CHECK(second.ask(over).status == 431);
  CHECK(second.is_closed());
  CHECK(endless.ask(std::string(6000, 'G')).status == 431);
}

TEST_CASE("many short header lines count together", "[net]") {
  NetServer server;
  RawClient client(server.port());
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "X: yyyy\r\n";

  REQUIRE(client.send("GET /echo HTTP/1.1\r\nHost: t\r\n"));
  client.send(lines);

  CHECK(client.answer().status == 431);
}

TEST_CASE("a request that does not come in time closes the connection", "[net]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.http.read_timeout = 50ms;
  NetServer server(options);
  RawClient silent(server.port());
  RawClient slow_header(server.port());
  RawClient slow_body(server.port());

  slow_header.send("GET /echo HTTP/1.1\r\nHost:");
  slow_body.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc");

  CHECK(silent.is_closed());
  CHECK(slow_header.is_closed());
  CHECK(slow_body.is_closed());
  CHECK(server.all_closed());
}

TEST_CASE("an idle connection outlives the read limit and ends at the idle limit", "[net]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.http.read_timeout = 20ms;
  options.http.idle_timeout = 200ms;
  NetServer server(options);
  RawClient client(server.port());
  const auto start = std::chrono::steady_clock::now();

  CHECK(client.ask(get("/echo")).status == 200);
  CHECK(client.is_closed());

  CHECK(std::chrono::steady_clock::now() - start >= 200ms);
}

TEST_CASE("a call that takes too long is answered 504, and its late answer is dropped", "[net]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.http.idle_timeout = 560ms;
  NetServer server(options);
  RawClient client(server.port());

  const RawAnswer timed_out = client.ask(get("/late"));
  server.release();

  CHECK(timed_out.status == 504);
  CHECK(timed_out.body.find(R"("code":4)") != std::string::npos);
  CHECK(client.ask(post("/echo", "after")).body == "after");
}

TEST_CASE("a client that does not read its answer is dropped at the write limit", "[net]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.http.write_timeout = 50ms;
  NetServer server(options);
  RawClient client(server.port(), 4096);

  REQUIRE(client.send(get("/size/20000000")));

  CHECK(server.requests.reaches(1));
  CHECK(server.all_closed());
}

TEST_CASE("a client that reads late gets all of a large answer", "[net]") {
  NetServer server;
  RawClient client(server.port(), 4096);

  REQUIRE(client.send(get("/size/5000000") + post("/echo", "next")));
  REQUIRE(server.requests.reaches(1));

  CHECK(client.answer().body.size() == 5'000'000);
  CHECK(client.answer().body == "next");
}

TEST_CASE("compressed bodies are read, and what is not compressed is read as it is", "[net]") {
  NetServer server;
  RawClient client(server.port());
  const std::string text(2000, 'z');
  const std::string gzip = serai::net::deflate_body(text, serai::net::Encoding::gzip);
  const std::string zlib = serai::net::deflate_body(text, serai::net::Encoding::deflate);
  const std::string raw = zlib.substr(2, zlib.size() - 6);

  CHECK(client.ask(post("/echo", gzip, "Content-Encoding: gzip\r\n")).body == text);
  CHECK(client.ask(post("/echo", zlib, "Content-Encoding: deflate\r\n")).body == text);
  CHECK(client.ask(post("/echo", raw, "Content-Encoding: deflate\r\n")).body == text);
  CHECK(client.ask(post("/echo", "plain", "Content-Encoding: gzip\r\n")).body == "plain");
  CHECK(client.ask(post("/echo", "plain", "Content-Encoding: br\r\n")).body == "plain");
  CHECK(client.ask(post("/echo", gzip.substr(0, 12), "Content-Encoding: gzip\r\n")).status == 400);
  CHECK(client.ask(post("/echo", "alive")).body == "alive");
}

TEST_CASE("a body that unpacks to more than its bound is refused", "[net]") {
  NetServer server;
  RawClient client(server.port());
  const std::string bomb =
      serai::net::deflate_body(std::string(20'000'000, '\0'), serai::net::Encoding::gzip);
  REQUIRE(bomb.size() < 262'144);

  const RawAnswer refused = client.ask(post("/echo", bomb, "Content-Encoding: gzip\r\n"));

  CHECK(refused.status == 400);
  CHECK(refused.body == kTooLarge);
}

TEST_CASE("large answers are compressed in the first form the client lists", "[net]") {
  NetServer server;
  RawClient client(server.port());

  const RawAnswer gzip = client.ask(get("/size/5000", "Accept-Encoding: br, gzip, deflate\r\n"));
  const RawAnswer zlib = client.ask(get("/size/5000", "Accept-Encoding: deflate;q=0.1,gzip\r\n"));
  const RawAnswer small = client.ask(get("/size/100", "Accept-Encoding: gzip\r\n"));
  const RawAnswer plain = client.ask(get("/size/5000"));

  CHECK(gzip.has("Content-Encoding: gzip\r\n"));
  CHECK(inflated(gzip.body, serai::net::Encoding::gzip) == std::string(5000, 'x'));
  CHECK(zlib.has("Content-Encoding: deflate\r\n"));
  CHECK(inflated(zlib.body, serai::net::Encoding::deflate) == std::string(5000, 'x'));
  CHECK_FALSE(small.has("Content-Encoding"));
  CHECK_FALSE(plain.has("Content-Encoding"));
}

TEST_CASE("requests with an origin may be read by scripts, and preflights are answered here",
          "[net]") {
  NetServer server;
  RawClient client(server.port());
  const auto options = [](std::string_view lines) {
    return "OPTIONS /v2/account HTTP/1.1\r\nHost: t\r\nOrigin: http://game\r\n" +
           std::string(lines) + "\r\n";
  };

  const RawAnswer simple = client.ask(get("/echo", "Origin: http://game\r\n"));
  const RawAnswer preflight =
      client.ask(options("Access-Control-Request-Method: PUT\r\n"
                         "Access-Control-Request-Headers: content-type, AUTHORIZATION,x-evil\r\n"));
  const RawAnswer post_preflight = client.ask(options("Access-Control-Request-Method: POST\r\n"));

  CHECK(simple.has("Access-Control-Allow-Origin: *\r\n"));
  CHECK(preflight.status == 200);
  CHECK(preflight.body.empty());
  CHECK(preflight.has("Access-Control-Allow-Origin: *\r\n"));
  CHECK(preflight.has("Access-Control-Allow-Methods: PUT\r\n"));
  CHECK(preflight.has("Access-Control-Allow-Headers: Content-Type,Authorization\r\n"));
  CHECK_FALSE(post_preflight.has("Access-Control-Allow-Methods"));
  CHECK(client.ask("OPTIONS /x HTTP/1.1\r\nHost: t\r\n\r\n").status == 200);
  CHECK(server.requests.value() == 1);
}

TEST_CASE("configured fields are added to answers, but never over our own", "[net]") {
  serai::net::ListenerOptions options = NetServer::quick();
  options.response_headers = {{"X-Game", "inn"}, {"Content-Type", "x/y"}, {"X-Bad", "a\r\nb: c"}};
  NetServer server(options);
  RawClient client(server.port());

  const RawAnswer answer = client.ask(get("/echo"));

  CHECK(answer.has("X-Game: inn\r\n"));
  CHECK(answer.has("Content-Type: application/json\r\n"));
  CHECK_FALSE(answer.has("x/y"));
  CHECK_FALSE(answer.has("X-Bad"));
}

TEST_CASE("a body packed in several gzip members is read whole, and nothing behind is left out",
          "[net]") {
  const std::string a(200, 'a');
  const std::string b(300, 'b');
  const std::string first = serai::net::deflate_body(a, serai::net::Encoding::gzip);
  const std::string second = serai::net::deflate_body(b, serai::net::Encoding::gzip);
  const std::string zlib = serai::net::deflate_body(a, serai::net::Encoding::deflate);

  CHECK(inflated(first + second, serai::net::Encoding::gzip) == a + b);
  CHECK(inflated(first + first + second, serai::net::Encoding::gzip) == a + a + b);
  CHECK(inflated(first + "x", serai::net::Encoding::gzip) == "broken");
  CHECK(inflated(first + second.substr(0, second.size() - 1), serai::net::Encoding::gzip) ==
        "broken");
  CHECK(inflated(first.substr(0, first.size() - 1), serai::net::Encoding::gzip) == "broken");
  CHECK(inflated(zlib + "x", serai::net::Encoding::deflate) == "broken");
  CHECK(inflated(zlib + zlib, serai::net::Encoding::deflate) == "broken");
}
