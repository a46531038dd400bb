// Scenarios that send requests and count answers.
#include <cstdio>

#include "load/measure.hpp"
#include "load/scenarios.hpp"

namespace serai::bench {
namespace {

std::string echo_envelope(std::uint64_t cid) {
  return rpc_envelope(cid, "bench_echo", R"({"n":1})");
}

// Sends HTTP requests in a closed loop: each client sends the next request when it has its answer.
// `body_of` makes the body of the n-th request.
void closed_http(const std::string& name,
                 const Options& options,
                 const std::string& method,
                 const std::string& target,
                 const std::function<std::string(std::size_t client)>& auth_of,
                 const std::function<std::string(std::uint64_t n)>& body_of) {
  Poller poller;
  std::uint64_t answers = 0;
  std::uint64_t requested = 0;
  std::vector<double> latency_ms;
  std::vector<std::unique_ptr<HttpClient>> clients;
  std::vector<std::string> auths;
  std::vector<std::int64_t> began(options.clients);
  for (std::size_t i = 0; i < options.clients; ++i) {
    clients.push_back(std::make_unique<HttpClient>(options.address));
    auths.push_back(auth_of(i));
    HttpClient* client = clients.back().get();
    const auto ask = [&, client, i] {
      began[i] = now_us();
      client->request(method, target, auths[i], body_of(requested++));
    };
    client->on_answer = [&, ask, i](int status, std::string_view body) {
      if (status != 200)
        give_up(name + " answered " + std::to_string(status) + " " + std::string(body));
      latency_ms.push_back(static_cast<double>(now_us() - began[i]) / 1000);
      ++answers;
      ask();
    };
    poller.add(*client);
    ask();
  }
  print(name, options, measure(poller, options, answers, &latency_ms));
}

}  // namespace

void rest_rpc(const Options& options) {
  const std::vector<std::string> tokens =
      make_accounts(options.address, options.clients, options.run + "-rest");
  closed_http(
      "rest_rpc",
      options,
      "POST",
      "/v2/rpc/bench_echo?unwrap",
      [&](std::size_t client) { return "Bearer " + tokens[client]; },
      [](std::uint64_t) { return std::string(R"({"n":1})"); });
}

void new_accounts(const Options& options) {
  closed_http(
      "new_accounts",
      options,
      "POST",
      "/v2/account/authenticate/device",
      [](std::size_t) { return std::string("Basic ZGVmYXVsdGtleTo="); },
      [&](std::uint64_t n) {
        return "{\"id\":\"" + options.run + "-new-" + std::to_string(n) + "\"}";
      });
}

void storage_writes(const Options& options) {
  const std::vector<std::string> tokens =
      make_accounts(options.address, options.clients, options.run + "-store");
  closed_http(
      "storage_writes",
      options,
      "PUT",
      "/v2/storage",
      [&](std::size_t client) { return "Bearer " + tokens[client]; },
      [](std::uint64_t n) {
        return R"({"objects":[{"collection":"bench","key":"k)" + std::to_string(n % 1000) +
               R"(","value":"{\"n\":)" + std::to_string(n) + R"(}"}]})";
      });
}

void socket_rpc(const Options& options) {
  const auto tokens = make_accounts(options.address, options.clients, options.run + "-ws");
  Poller poller;
  auto sockets = open_sockets(poller, options.address, tokens);
  std::uint64_t answers = 0;
  std::uint64_t cid = 1;
  for (auto& socket : sockets) {
    SocketClient* client = socket.get();
    client->on_message = [&, client](std::string_view text) {
      if (text.find("\"rpc\"") == std::string_view::npos)
        give_up("unexpected: " + std::string(text));
      ++answers;
      client->send(echo_envelope(cid++));
    };
    for (std::size_t i = 0; i < options.inflight; ++i) client->send(echo_envelope(cid++));
  }
  print("socket_rpc", options, measure(poller, options, answers));
}

void socket_rpc_fixed(const Options& options) {
  const auto tokens = make_accounts(options.address, options.clients, options.run + "-open");
  Poller poller;
  auto sockets = open_sockets(poller, options.address, tokens);
  std::vector<std::int64_t> planned;  // the planned times, by request number
  std::uint64_t answers = 0;
  std::vector<double> latency_ms;
  for (auto& socket : sockets) {
    socket->on_message = [&](std::string_view text) {
      const std::size_t at = text.find("\"cid\":\"");
      const std::uint64_t n = std::strtoull(text.data() + at + 7, nullptr, 10);
      // Latency counts from the planned time, so that a server that stalls the sender has no
      // advantage.
      latency_ms.push_back(static_cast<double>(now_us() - planned[n]) / 1000);
      ++answers;
    };
  }
  const std::int64_t began = now_us();
  const double gap_us = 1e6 / options.rate;
  poller.on_turn = [&] {
    while (static_cast<double>(now_us() - began) >= static_cast<double>(planned.size()) * gap_us) {
      const std::uint64_t n = planned.size();
      planned.push_back(began + static_cast<std::int64_t>(static_cast<double>(n) * gap_us));
      sockets[n % sockets.size()]->send(echo_envelope(n));
    }
  };
  print("socket_rpc_fixed", options, measure(poller, options, answers, &latency_ms));
}

void idle_sockets(const Options& options) {
  const auto tokens = make_accounts(options.address, options.clients, options.run + "-idle");
  Poller poller;
  const ProcessUse before = use_of(options.pid);
  auto sockets = open_sockets(poller, options.address, tokens);
  poller.run_until(now_us() + static_cast<std::int64_t>(options.seconds * 1e6));
  const ProcessUse after = use_of(options.pid);
  std::printf(
      "{\"scenario\":\"idle_sockets\",\"sockets\":%zu,\"bytes_per_socket\":%.0f,\"idle_cpu_s\":%."
      "2f}\n",
      sockets.size(),
      static_cast<double>(after.resident_bytes - before.resident_bytes) /
          static_cast<double>(sockets.size()),
      after.cpu_s - before.cpu_s);
}

}  // namespace serai::bench
