// Fuzz target: a connection of the ops plane. The answers are HTTP and do not depend on how the
// bytes arrive. There is no worker, so requests that need one are refused as too many.
#include "ops/ops_connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>

#include "fuzz/fuzz.hpp"
#include "ops/prometheus_metrics.hpp"
#include "support/fake_admin.hpp"
#include "unit/net/pieces.hpp"

using namespace serai;
using namespace serai::testing;

namespace {

constexpr std::size_t kSizeMax = 8000;  // smaller than the largest header: see with_end()

struct Fakes {
  FakeHost host;
  FakeReleases releases;
  ops::PrometheusMetrics metrics;
  ops::EventFeed feed;
  ops::OpsRoutes routes{{host, releases, metrics, feed}, Log()};
  ops::OpsWorkers nobody{"", 0, 0};
  boost::asio::io_context io{1};
};

std::string answers_to(const Pieces& pieces) {
  static Fakes fakes;
  ops::OpsGuard guard("secret", {"ops"});
  ops::OpsConnection::Plane plane{guard,
                                  fakes.routes,
                                  fakes.nobody,
                                  fakes.nobody,
                                  fakes.nobody,
                                  fakes.feed,
                                  Log(),
                                  [](ops::OpsConnection&) {}};
  std::array<int, 2> ends{};
  fuzz_require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "sockets");
  boost::asio::ip::tcp::socket socket(fakes.io, boost::asio::ip::tcp::v4(), ends[1]);
  const auto connection = std::make_shared<ops::OpsConnection>(std::move(socket), plane);
  connection->start();
  const auto turn = [] {
    fakes.io.restart();
    fakes.io.poll();
  };
  std::string answers;
  std::array<char, 4096> buffer;
  for (const std::string_view piece : pieces) {
    static_cast<void>(::send(ends[0], piece.data(), piece.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    turn();
    const ssize_t got = ::recv(ends[0], buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) answers.append(buffer.data(), static_cast<std::size_t>(got));
  }
  connection->close();
  turn();
  ::close(ends[0]);
  return answers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kSizeMax) return -1;
  const std::string text = with_end(fuzz_text(data, size));
  const std::string whole = answers_to({text});
  fuzz_require(whole == answers_to(halves_of(text)), "the answers are the same in two pieces");
  fuzz_require(!goes_by_bytes(text) || whole == answers_to(bytes_of(text)),
               "the answers are the same byte by byte");
  fuzz_require(whole.empty() || whole.starts_with("HTTP/1.1 "), "the host answers in HTTP");
  return 0;
}
