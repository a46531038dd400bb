#include "ops/ops_server.hpp"

#include <httplib.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "base/host_thread.hpp"
#include "ops/ops_routes.hpp"

namespace serai {
namespace {

constexpr std::size_t kBodyBytesMax = std::size_t{1} << 20;
// A swap holds one for its whole length, a watcher while it watches.
constexpr std::size_t kWorkers = 4 + EventFeed::kWatchersMax;

// httplib would set SO_REUSEPORT, by which two hosts could share one port and split its requests.
void set_socket_options(int socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
}

}  // namespace

struct OpsServer::Impl {
  Impl(OpsOptions given, OpsPorts ports, Log host_log)
      : options(std::move(given)), feed(ports.feed), routes(options.token, ports, host_log) {
    server.new_task_queue = [] { return new httplib::ThreadPool(kWorkers); };
    server.set_socket_options(set_socket_options);
    server.set_payload_max_length(kBodyBytesMax);
    server.set_keep_alive_max_count(1);  // an idle connection would delay the shutdown
    server.set_pre_routing_handler([](const httplib::Request&, httplib::Response&) {
      thread_local const HostThread named("ops");  // one of the server's pool
      return httplib::Server::HandlerResponse::Unhandled;
    });
    routes.install(server);
  }

  Result<> listen() {
    errno = 0;
    const char* address = options.address.c_str();
    const int bound = options.port == 0
                          ? server.bind_to_any_port(address)
                          : (server.bind_to_port(address, options.port) ? options.port : -1);
    if (bound <= 0) {
      const int cause = errno;
      const std::string where = options.address + ":" + std::to_string(options.port);
      if (cause == EADDRINUSE) {
        return Error{Errc::already_exists, "cannot listen on " + where + ": the port is taken"};
      }
      const std::string why = cause == 0 ? std::string("not an address of this machine")
                                         : std::generic_category().message(cause);
      return Error{Errc::invalid_argument, "cannot listen on " + where + ": " + why};
    }
    port = static_cast<std::uint16_t>(bound);
    thread = std::thread([this] {
      const HostThread named("ops-accept");
      server.listen_after_bind();
    });
    // stop() before the loop has begun would be forgotten.
    while (!server.is_running()) std::this_thread::yield();
    return success();
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (!thread.joinable()) return;
    feed.close();  // watchers would not end by themselves
    server.stop();
    thread.join();
  }

  OpsOptions options;
  EventFeed& feed;
  OpsRoutes routes;
  httplib::Server server;
  std::uint16_t port = 0;
  std::thread thread;
};

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

}  // namespace serai
