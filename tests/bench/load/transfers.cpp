// Transfers between accounts of a bank, over sockets.
#include <random>

#include "load/measure.hpp"

namespace serai::bench {
namespace {

constexpr std::size_t kAccounts = 100'000;
constexpr std::size_t kHotAccounts = 10;
constexpr std::size_t kFundedAtOnce = 500;

void fund(Poller& poller, SocketClient& socket, const std::string& run) {
  std::size_t missing = 0;
  socket.on_message = [&](std::string_view text) {
    answered_rpc(text);
    --missing;
  };
  for (std::size_t first = 0; first < kAccounts; first += kFundedAtOnce) {
    socket.send(rpc_envelope(first + 1,
                             "bench_fund",
                             "{\"first\":" + std::to_string(first) +
                                 ",\"count\":" + std::to_string(kFundedAtOnce) +
                                 ",\"key\":\"fund-" + run + "-" + std::to_string(first) + "\"}"));
    ++missing;
    poller.run_until(now_us() + 60'000'000, [&] { return missing == 0; });
  }
}

}  // namespace

void transfers(const Options& options) {
  const auto tokens = make_accounts(options.address, options.clients, options.run + "-bank");
  Poller poller;
  auto sockets = open_sockets(poller, options.address, tokens);
  fund(poller, *sockets.front(), options.run);

  std::minstd_rand random(1);
  const auto draw = [&random](std::size_t below) { return random() % below; };
  std::vector<std::int64_t> begun(1);  // by the number of the request
  std::uint64_t answers = 0;
  std::vector<double> latency_ms;
  const auto pay = [&](SocketClient& socket) {
    const std::size_t from = draw(kAccounts);
    const std::size_t to = draw(100) < options.hot_percent ? draw(kHotAccounts) : draw(kAccounts);
    const std::uint64_t cid = begun.size();
    begun.push_back(now_us());
    socket.send(rpc_envelope(cid,
                             "bench_pay",
                             "{\"from\":" + std::to_string(from) +
                                 ",\"to\":" + std::to_string(to == from ? kAccounts - 1 - to : to) +
                                 ",\"key\":\"" + options.run + "-" + std::to_string(cid) + "\"}"));
  };
  for (auto& socket : sockets) {
    SocketClient* client = socket.get();
    client->on_message = [&, client](std::string_view text) {
      latency_ms.push_back(static_cast<double>(now_us() - begun[answered_rpc(text)]) / 1000);
      ++answers;
      pay(*client);
    };
    for (std::size_t i = 0; i < options.inflight; ++i) pay(*client);
  }
  print("transfers", options, measure(poller, options, answers, &latency_ms));
}

}  // namespace serai::bench
