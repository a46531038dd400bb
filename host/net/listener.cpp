#include "net/listener.hpp"

#include <utility>
#include <vector>

#include "net/admission.hpp"
#include "net/held_bytes.hpp"
#include "net/hub.hpp"
#include "net/listening.hpp"
#include "net/tls.hpp"

namespace serai::net {

std::string Endpoint::text() const {
  const bool is_v6 = address.find(':') != std::string::npos;
  return (is_v6 ? "[" + address + "]:" : address + ":") + std::to_string(port);
}

struct Listener::Parts {
  Parts(runtime::Shards& host_shards,
        ListenerOptions given,
        HandlersOf handlers_of,
        Log host_log,
        Metrics& host_metrics)
      : shards(host_shards),
        options(std::move(given)),
        handlers(std::move(handlers_of)),
        log(host_log),
        metrics(host_metrics),
        admission(options.connections_max, options.connections_per_ip_max),
        held(options.held, metrics) {}

  runtime::Shards& shards;
  ListenerOptions options;
  HandlersOf handlers;
  Log log;
  Metrics& metrics;
  Admission admission;
  HeldBytes held;
  TlsContext tls;
  std::vector<std::unique_ptr<Hub>> hubs;  // one per shard; empty until start()
};

Listener::Listener(runtime::Shards& shards,
                   ListenerOptions options,
                   HandlersOf handlers,
                   Log log,
                   Metrics& metrics)
    : parts_(
          std::make_unique<Parts>(shards, std::move(options), std::move(handlers), log, metrics)) {}

Listener::~Listener() = default;

Result<Endpoint> Listener::start() {
  Parts& parts = *parts_;
  const ListenerOptions& options = parts.options;
  SERAI_ASSERT(parts.hubs.empty());
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return {Errc::invalid_argument, "TLS needs both a certificate file and a key file"};
  }
  if (!options.certificate_file.empty()) {
    auto tls = load_tls(options.certificate_file, options.key_file);
    if (!tls) return tls.error();
    parts.tls = std::move(*tls);
  }
  auto listening = open_listening(options.address, options.port, parts.shards.count());
  if (!listening) return listening.error();

  for (std::uint32_t index = 0; index < parts.shards.count(); ++index) {
    parts.hubs.push_back(std::make_unique<Hub>(HubSetup{.shard = parts.shards.at(index),
                                                        .options = options,
                                                        .handlers = parts.handlers(index),
                                                        .admission = parts.admission,
                                                        .held = parts.held,
                                                        .tls = parts.tls.get(),
                                                        .log = parts.log,
                                                        .metrics = parts.metrics,
                                                        .hubs = &parts.hubs}));
  }
  // Only now, because a hub that accepts connections uses the list of all hubs.
  for (std::uint32_t index = 0; index < parts.shards.count(); ++index) {
    parts.shards.at(index).post(
        [hub = parts.hubs[index].get(),
         socket = std::move(listening->sockets[index]),
         is_v6 = listening->is_v6]() mutable { hub->accept_on(socket.take(), is_v6); });
  }
  Endpoint endpoint{listening->address, listening->port};
  parts.log.info("net.listening", {{"endpoint", endpoint.text()}, {"tls", parts.tls != nullptr}});
  return endpoint;
}

void Listener::stop_accepting() {
  for (std::uint32_t index = 0; index < parts_->hubs.size(); ++index) {
    parts_->shards.at(index).post([hub = parts_->hubs[index].get()] { hub->stop_accepting(); });
  }
}

void Listener::close_all(std::string_view reason) {
  for (std::uint32_t index = 0; index < parts_->hubs.size(); ++index) {
    parts_->shards.at(index).post(
        [hub = parts_->hubs[index].get(), text = std::string(reason)] { hub->close_all(text); });
  }
}

ListenerCounts Listener::counts() const {
  return {.connections = parts_->admission.open(), .sockets = parts_->admission.sockets()};
}

}  // namespace serai::net
