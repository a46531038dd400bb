// Meters: the metrics of the protocol. The number of label values is bounded, so that clients
// cannot make it grow.
//
// Thread  the shard's; the registry behind them is shared.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/metrics.hpp"
#include "base/result.hpp"
#include "ports/game.hpp"

namespace serai::protocol {

// serai_rpc_latency_seconds{rpc,module,module_version}: only RPCs that exist get a label; beyond
// the bound it is "other". Without a version: no module was called.
class RpcMeter {
 public:
  explicit RpcMeter(Metrics& metrics) : metrics_(metrics) {}
  void observe(const std::string& rpc, const ServedBy& by, std::int64_t took_us);

 private:
  static constexpr std::size_t kLabelsMax = 256;
  Histogram& make(const std::string& rpc, const ServedBy& by);

  Metrics& metrics_;
  std::size_t labels_ = 0;
  // Versions are keyed by the address of their name, since names live as long as the process.
  std::unordered_map<const std::string*, std::unordered_map<std::string, Histogram*>> by_version_;
};

// <name>{route,code}: routes are names of calls, never what a client wrote; a code below 0 is "ok".
class RequestMeter {
 public:
  RequestMeter(Metrics& metrics, std::string_view name) : metrics_(metrics), name_(name) {}
  void count(std::string_view route, int code);

 private:
  Metrics& metrics_;
  std::string_view name_;
  // Routes are literals, so they are keyed by address.
  std::unordered_map<const char*, std::unordered_map<int, Counter*>> by_route_;
};

}  // namespace serai::protocol
