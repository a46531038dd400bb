#include "ops/ops_server.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <thread>

#include "base/host_thread.hpp"
#include "ops/ops_connection.hpp"

// The server uses Beast with one thread. cpp-httplib does not fit: it uses a thread for each
// connection, does not limit header fields and chunked bodies, and calls the host only after both
// are read.
namespace serai::ops {
namespace {

namespace asio = boost::asio;
using boost::asio::ip::tcp;
using Code = boost::system::error_code;
using namespace std::chrono_literals;

constexpr std::size_t kAwaitedMax = 64;  // connections that wait for their clients
constexpr std::size_t kOperators = 4;    // threads; a swap occupies one until it is answered
constexpr std::size_t kWaitingMax = 16;  // requests that may wait for each kind of worker
constexpr auto kNoDescriptorWait = 20ms;
constexpr auto kLastAnswersWait = 1s;

bool is_out_of_descriptors(Code failed) {
  return failed == asio::error::no_descriptors ||
         failed == boost::system::errc::too_many_files_open_in_system;
}

// Opens the descriptor kept in reserve. When players have taken all others, it is closed to make
// room for a connection to the ops plane.
int spare_descriptor() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

}  // namespace

struct OpsServer::Impl {
  Impl(OpsOptions given, OpsPorts ports, Log log)
      : options(std::move(given)),
        feed(ports.feed),
        guard(options.token, options.hosts),
        routes(ports, log),
        plane{guard, routes, health, metrics, operators, feed, log, [this](OpsConnection& gone) {
                forget(gone);
              }} {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  // Only a lack of memory can throw here. Then the host ends, which is right.
  // NOLINTNEXTLINE(bugprone-exception-escape)
  ~Impl() {
    if (thread.joinable()) stop();
    if (spare >= 0) ::close(spare);
  }

  Result<> listen();
  void accept();
  void on_accept(Code failed, tcp::socket socket);
  void forget(OpsConnection& gone);
  bool close_oldest();
  void stop();

  OpsOptions options;
  EventFeed& feed;
  OpsGuard guard;
  OpsRoutes routes;
  asio::io_context io{1};
  // A connection whose request a worker has begun waits for nothing that `io` knows of. Without
  // this the thread could end before the answer is there.
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
  tcp::acceptor acceptor{io};
  asio::steady_timer timer{io};
  std::list<std::shared_ptr<OpsConnection>> connections;  // the oldest first
  int spare = spare_descriptor();
  bool stopping = false;
  std::uint16_t port = 0;
  std::thread thread;
  OpsWorkers health{"ops-health", 1, kWaitingMax};
  OpsWorkers metrics{"ops-metrics", 1, kWaitingMax};
  OpsWorkers operators{"ops-admin", kOperators, kWaitingMax};
  OpsConnection::Plane plane;
};

Result<> OpsServer::Impl::listen() {
  const std::string where = options.address + ":" + std::to_string(options.port);
  const auto cannot = [&](Errc code, const std::string& why) {
    return Error{code, "cannot listen on " + where + ": " + why};
  };
  Code failed;
  const std::string address = options.address.empty() ? "0.0.0.0" : options.address;
  const auto found = tcp::resolver(io).resolve(address, std::to_string(options.port), failed);
  if (failed) return cannot(Errc::invalid_argument, "not an address of this machine");
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed == asio::error::address_in_use) {
    return cannot(Errc::already_exists, "the port is taken");
  }
  if (failed) return cannot(Errc::invalid_argument, failed.message());
  port = acceptor.local_endpoint(failed).port();
  accept();
  thread = std::thread([this] {
    const HostThread named("ops");
    io.run();
  });
  return success();
}

void OpsServer::Impl::accept() {
  acceptor.async_accept(
      [this](Code failed, tcp::socket socket) { on_accept(failed, std::move(socket)); });
}

void OpsServer::Impl::on_accept(Code failed, tcp::socket socket) {
  if (stopping) return;
  if (is_out_of_descriptors(failed)) {
    if (spare >= 0) {
      ::close(std::exchange(spare, -1));
    } else if (!close_oldest()) {
      timer.expires_after(kNoDescriptorWait);
      timer.async_wait([this](Code) {
        if (!stopping) accept();
      });
      return;
    }
  } else if (!failed) {
    const auto awaited = std::count_if(
        connections.begin(), connections.end(), [](const auto& one) { return one->awaits_peer(); });
    if (static_cast<std::size_t>(awaited) >= kAwaitedMax) close_oldest();
    connections.push_back(std::make_shared<OpsConnection>(std::move(socket), plane));
    connections.back()->start();
  }
  accept();
}

void OpsServer::Impl::forget(OpsConnection& gone) {
  connections.remove_if([&](const auto& one) { return one.get() == &gone; });
  if (spare < 0) spare = spare_descriptor();
  if (stopping && connections.empty()) timer.cancel();
}

// Closes the oldest connection that waits for its client, to make room for another one. False when
// there is none.
bool OpsServer::Impl::close_oldest() {
  for (const std::shared_ptr<OpsConnection>& one : connections) {
    if (!one->awaits_peer()) continue;
    const std::shared_ptr<OpsConnection> held = one;
    held->close();
    return true;
  }
  return false;
}

// Ends the server. Connections without a request are closed. A request that a worker has begun is
// answered, one that still waits for a worker is refused. Clients have a second to read these
// answers.
void OpsServer::Impl::stop() {
  feed.close();
  asio::post(io, [this] {
    stopping = true;
    Code ignored;
    acceptor.close(ignored);
    const auto all = connections;
    for (const auto& one : all) {
      if (one->awaits_request()) one->close();
    }
  });
  for (OpsWorkers* workers : {&health, &metrics, &operators}) workers->stop();
  asio::post(io, [this] {
    work.reset();
    const auto all = connections;
    for (const auto& one : all) one->give_up();
    if (connections.empty()) return;
    timer.expires_after(kLastAnswersWait);
    timer.async_wait([this](Code) { io.stop(); });
  });
  thread.join();
}

Result<std::unique_ptr<OpsServer>> OpsServer::open(OpsOptions options, OpsPorts ports, Log log) {
  auto impl = std::make_unique<Impl>(std::move(options), ports, log);
  if (auto listening = impl->listen(); !listening) return listening.error();
  return std::unique_ptr<OpsServer>(new OpsServer(std::move(impl)));
}

OpsServer::OpsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OpsServer::~OpsServer() = default;

std::uint16_t OpsServer::port() const { return impl_->port; }

std::string OpsServer::endpoint() const {
  const bool v6 = impl_->options.address.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + impl_->options.address + "]" : impl_->options.address;
  return host + ":" + std::to_string(impl_->port);
}

}  // namespace serai::ops
