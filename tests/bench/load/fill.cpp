// Fills a host with stored entities and running matches.
#include <cstdio>

#include "load/scenarios.hpp"

namespace serai::bench {
namespace {

constexpr std::size_t kInFlight = 500;
constexpr std::uint32_t kItems = 100;  // 2 KB

// Sends the same RPC `count` times, and waits for all answers.
void repeat(Poller& poller,
            SocketClient& socket,
            std::size_t count,
            const std::string& rpc,
            const std::string& payload) {
  std::uint64_t sent = 0;
  std::uint64_t answers = 0;
  const auto ask = [&] {
    if (sent < count) socket.send(rpc_envelope(++sent, rpc, payload));
  };
  socket.on_message = [&](std::string_view text) {
    answered_rpc(text);
    ++answers;
    ask();
  };
  for (std::size_t i = 0; i < kInFlight; ++i) ask();
  poller.run_until(now_us() + 300'000'000, [&] { return answers == count; });
  if (answers != count) give_up(rpc + " did not answer in time");
}

}  // namespace

void fill(const Options& options) {
  const auto tokens = make_accounts(options.address, 1, options.run + "-fill");
  Poller poller;
  auto sockets = open_sockets(poller, options.address, tokens);
  repeat(poller,
         *sockets.front(),
         options.entities,
         "bench_make",
         "{\"items\":" + std::to_string(kItems) + "}");
  repeat(poller, *sockets.front(), options.matches, "bench_open", R"({"ballast_bytes":2048})");
  std::printf("{\"scenario\":\"fill\",\"entities\":%zu,\"matches\":%zu}\n",
              options.entities,
              options.matches);
}

}  // namespace serai::bench
