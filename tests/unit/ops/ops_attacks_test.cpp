// Attacks on the ops plane's port without a token.
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <latch>
#include <map>
#include <vector>

#include "ops_fixture.hpp"
#include "support/wait_for.hpp"
#include "unit/net/raw_client.hpp"

namespace {

using serai::testing::Ops;
using serai::testing::RawAnswer;
using serai::testing::RawClient;
using serai::testing::wait_for;
using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr char kHealth[] = "GET /healthz/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

std::string status_with(const std::string& token) {
  return "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token +
         "\r\n\r\n";
}

RawAnswer ask(const Ops& ops, const std::string& request) {
  return RawClient(ops.server->port()).ask(request);
}

RawAnswer ask_as(const Ops& ops, const std::string& host) {
  return ask(ops, "GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
}

std::vector<RawClient> slow_ones(const Ops& ops, std::size_t count) {
  std::vector<RawClient> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.emplace_back(ops.server->port());
    all.back().send("POST /v1/swap HTTP/1.1\r\nHost: local");
  }
  return all;
}

// The client that is answered first. It may be any, since requests are not read in the order they
// were sent.
RawClient& first_answered(std::vector<RawClient>& asking) {
  std::vector<pollfd> sockets;
  for (const RawClient& client : asking) sockets.push_back({client.descriptor(), POLLIN, 0});
  REQUIRE(::poll(sockets.data(), sockets.size(), 10'000) > 0);
  const auto found =
      std::ranges::find_if(sockets, [](const pollfd& one) { return one.revents != 0; });
  return asking.at(static_cast<std::size_t>(found - sockets.begin()));
}

}  // namespace

TEST_CASE("slow connections keep nobody from an answer, and the oldest make room", "[ops]") {
  Ops ops;
  std::vector<RawClient> slow = slow_ones(ops, 80);

  const auto asked = Steady::now();
  CHECK(ask(ops, kHealth).status == 200);
  CHECK(ops.client().get("/v1/status"));
  CHECK(Steady::now() - asked < 1s);
  CHECK(slow.front().is_closed());  // the oldest of 64
  CHECK(slow.back().ask("host\r\n\r\n").status == 401);
}

TEST_CASE("slow connections do not put off the end", "[ops]") {
  Ops ops;
  const std::vector<RawClient> slow = slow_ones(ops, 12);
  RawClient deaf(ops.server->port(), 4096);  // requests more than it reads
  ops.metrics.counter("x_total", std::string(8'000'000, 'x')).add();
  deaf.send("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  RawClient watcher(ops.server->port());
  watcher.send(
      "GET /v2/swaps/events HTTP/1.1\r\nHost: localhost\r\n"
      "Authorization: Bearer secret\r\n\r\n");
  CHECK(watcher.answer().status == 200);

  const auto begun = Steady::now();
  ops.server.reset();
  CHECK(Steady::now() - begun < 3s);
}

TEST_CASE("health is answered while every operator's question waits", "[ops]") {
  Ops ops;
  std::latch release(1);
  ops.releases.on_swap = [&] { release.wait(); };
  std::vector<RawClient> asking;
  for (int i = 0; i < 40; ++i) {
    asking.emplace_back(ops.server->port());
    asking.back().send(
        "POST /v1/swap HTTP/1.1\r\nHost: localhost\r\n"
        "Authorization: Bearer secret\r\nContent-Length: 2\r\n\r\n{}");
  }

  RawClient& refused = first_answered(asking);
  CHECK(refused.answer().status == 503);
  CHECK(ask(ops, kHealth).status == 200);
  CHECK(ops.client("").get("/healthz/runtime"));
  CHECK(ops.client("").get("/metrics"));
  release.count_down();
  std::map<int, int> statuses;
  for (RawClient& client : asking) {
    if (&client != &refused) ++statuses[client.answer().status];
  }
  CHECK(statuses[200] > 1);
  CHECK(statuses[200] + statuses[503] == 39);
}

TEST_CASE("a header is read to 8 KiB and 64 fields, whatever it holds", "[ops]") {
  Ops ops;
  const std::string begin = "POST /v1/swap HTTP/1.1\r\nHost: localhost\r\n";
  std::string fields;
  for (int i = 0; i < 64; ++i) fields += "a:\r\n";

  CHECK(ask(ops, begin + fields + "\r\n").status == 431);
  CHECK(ask(ops, begin + "A: " + std::string(9'000, 'x')).status == 431);
  CHECK(ask(ops, "GET /" + std::string(9'000, 'x')).status == 431);
  CHECK(ask(ops, std::string(9'000, 'x')).status == 431);
  RawClient endless(ops.server->port());
  endless.send(begin);
  std::size_t sent = 0;
  while (sent < 64'000'000 && endless.send(fields)) sent += fields.size();
  CHECK(sent < 32'000'000);  // bounded by the kernel's buffers and the wait of the last answer
}

TEST_CASE("no body is read before the token, and none that does not tell its size", "[ops]") {
  Ops ops;
  const std::string begin = "POST /v1/swap HTTP/1.1\r\nHost: localhost\r\n";
  const std::string token = "Authorization: Bearer secret\r\n";

  CHECK(ask(ops, begin + "Content-Length: 60000\r\n\r\n").status == 401);
  CHECK(ask(ops, begin + token + "Content-Length: 65537\r\n\r\n").status == 413);
  for (const std::string& coding : {"chunked", "gzip, chunked", "identity", "chunked\r\nA: b"}) {
    const std::string coded = begin + token + "Transfer-Encoding: " + coding + "\r\n\r\n";
    CHECK(ask(ops, coded + "ffffffff\r\n").status >= 400);
    RawClient in_pieces(ops.server->port());
    for (const char* piece : {coded.c_str(), "0\r\n", "\r", "\n"}) in_pieces.send(piece);
    CHECK(in_pieces.answer().status >= 400);
  }
  CHECK(ask(ops, begin + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx").status == 400);
  CHECK(ask(ops, kHealth).status == 200);
}

TEST_CASE("a request cut anywhere is a request, or nothing", "[ops]") {
  Ops ops;
  const std::string whole =
      "POST /v1/swap?a=%41%4&b HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n"
      "Content-Length: 16\r\n\r\n{\"release\":\"v2\"}";
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    RawClient client(ops.server->port());
    client.send(whole.substr(0, cut));
    client.send(whole.substr(cut));
    const RawAnswer answer = client.answer();
    INFO(cut << ": " << answer.body);
    REQUIRE(answer.status == 200);
    RawClient(ops.server->port()).send(whole.substr(0, cut));
  }
  CHECK(ask(ops, kHealth).status == 200);
}

TEST_CASE("only who names the address, or a name that is known, is answered", "[ops]") {
  Ops ops({"metrics.example", "node-1"});
  const std::string port = std::to_string(ops.server->port());

  for (const auto* host :
       {"127.0.0.1", "localhost", "LocalHost:9", "metrics.example:80", "node-1"}) {
    CHECK(ask_as(ops, host).status == 200);
  }
  CHECK(ask_as(ops, "127.0.0.1:" + port).status == 200);
  for (const auto* host : {"evil.example",
                           "127.0.0.1.evil.example",
                           "127.0.0.2",
                           "",
                           "[::1]",
                           "[",
                           "metrics.example.evil",
                           "localhost.",
                           "0.0.0.0"}) {
    INFO(host);
    const RawAnswer answer = ask_as(ops, host);
    CHECK(answer.status == 421);
    CHECK(answer.body.find("admin.hosts") != std::string::npos);
  }
  CHECK(ask_as(ops, "localhost\r\nHost: localhost").status == 421);
  CHECK(ask(ops, "GET /healthz/live HTTP/1.1\r\n\r\n").status == 421);
  CHECK(ask(ops, "GET /healthz/live HTTP/1.0\r\n\r\n").status == 200);
}

TEST_CASE("guesses at the token are answered after a second, a few at a time", "[ops]") {
  Ops ops;
  const auto begun = Steady::now();
  std::vector<RawClient> guessing;
  for (int i = 0; i < 4; ++i) {
    guessing.emplace_back(ops.server->port());
    guessing.back().send(status_with("guess" + std::to_string(i)));
  }
  RawAnswer fifth;
  REQUIRE(wait_for([&] { return (fifth = ask(ops, status_with("guess"))).status != 401; }));

  CHECK(fifth.status == 429);
  CHECK(ask(ops, status_with("secret")).status == 429);  // not even a right one is checked
  for (RawClient& one : guessing) CHECK(one.answer().status == 401);
  CHECK(Steady::now() - begun >= 1s);
  CHECK(ask(ops, status_with("secret")).status == 200);
}

TEST_CASE("health has a descriptor when all others are taken", "[ops]") {
  Ops ops;
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) clients.emplace_back(ops.server->port());
  REQUIRE(clients[2].ask(kHealth).status == 200);  // all three have been accepted
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit few = before;
  few.rlim_cur = 64;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  // One descriptor is left for the client, which is in this process too.
  std::vector<int> taken;
  for (int file = 0; (file = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;)
    taken.push_back(file);
  for (int i = 0; i < 5; ++i) {
    ::close(taken.back());
    CHECK(ask(ops, kHealth).status == 200);
    taken.back() = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
  for (const int file : taken) ::close(file);
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(ask(ops, kHealth).status == 200);
}

TEST_CASE("a path asked by a wrong method says which ones it answers", "[ops]") {
  Ops ops;

  const RawAnswer wrong = ask(ops, "PUT /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(wrong.status == 405);
  CHECK(wrong.has("Allow: GET, HEAD"));
  const RawAnswer read = ask(ops, "GET /v1/swap HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(read.status == 405);
  CHECK(read.has("Allow: POST"));
  CHECK(ask(ops, "PUT /v1/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 404);
}

TEST_CASE("a request to change something may come without a body and its length", "[ops]") {
  Ops ops;

  const RawAnswer answer = ask(ops,
                               "POST /v2/runtimes/reload HTTP/1.1\r\nHost: localhost\r\n"
                               "Authorization: Bearer secret\r\n\r\n");
  CHECK(answer.status == 200);
}
