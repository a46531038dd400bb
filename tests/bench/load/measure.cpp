#include "load/measure.hpp"

#include <cstdio>

namespace serai::bench {
namespace {

constexpr double kWarmupSeconds = 1;

}  // namespace

Measured measure(Poller& poller,
                 const Options& options,
                 std::uint64_t& answers,
                 std::vector<double>* latency_ms) {
  poller.run_until(now_us() + static_cast<std::int64_t>(kWarmupSeconds * 1e6));
  if (latency_ms != nullptr) latency_ms->clear();
  const std::uint64_t first = answers;
  const ProcessUse before = use_of(options.pid);
  const std::int64_t began = now_us();
  poller.run_until(began + static_cast<std::int64_t>(options.seconds * 1e6));
  Measured out;
  out.answers = answers - first;
  out.wall_s = static_cast<double>(now_us() - began) / 1e6;
  out.cpu_s = use_of(options.pid).cpu_s - before.cpu_s;
  if (latency_ms != nullptr) out.latency_ms = *latency_ms;
  return out;
}

void print(const std::string& name, const Options& options, const Measured& measured) {
  const double answers = static_cast<double>(measured.answers);
  std::printf(
      "{\"scenario\":\"%s\",\"clients\":%zu,\"inflight\":%zu,\"seconds\":%.2f,\"answers\":%.0f,"
      "\"per_second\":%.0f,\"server_cpu_s\":%.2f,\"per_cpu_second\":%.0f",
      name.c_str(),
      options.clients,
      options.inflight,
      measured.wall_s,
      answers,
      answers / measured.wall_s,
      measured.cpu_s,
      answers / measured.cpu_s);
  if (!measured.latency_ms.empty()) {
    const Percentiles latency = percentiles(measured.latency_ms);
    std::printf(
        ",\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f", latency.p50, latency.p99, latency.max);
  }
  std::printf("}\n");
}

}  // namespace serai::bench
