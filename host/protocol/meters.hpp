// Meters: the metrics of the protocol. The number of label values is bounded, so that clients
// cannot increase it without limit.
//
// Units   took_us: microseconds.
// Thread  the shard's; the registry is shared by all shards.
// Owner   the registry owns the metrics.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/metrics.hpp"
#include "base/result.hpp"
#include "ports/game.hpp"

namespace serai::protocol {

// serai_rpc_latency_seconds{rpc,module,module_version}. It is for registered RPCs only. After
// kLabelsMax sets of labels, further RPCs count as "other". The labels of the module are empty when
// no module was called.
class RpcMeter {
 public:
  explicit RpcMeter(Metrics& metrics) : metrics_(metrics) {}
  void observe(const std::string& rpc, const ServedBy& by, std::int64_t took_us);

 private:
  static constexpr std::size_t kLabelsMax = 256;
  Histogram& make(const std::string& rpc, const ServedBy& by);

  Metrics& metrics_;
  std::size_t labels_ = 0;
  // Keyed by the address of the version's name, because these names live as long as the process.
  std::unordered_map<const std::string*, std::unordered_map<std::string, Histogram*>> by_version_;
};

// <name>{route,code}. A route is the name of a call, and never a text of a client. A code below 0
// counts as "ok".
class RequestMeter {
 public:
  RequestMeter(Metrics& metrics, std::string_view name) : metrics_(metrics), name_(name) {}
  void count(std::string_view route, int code);

 private:
  Metrics& metrics_;
  std::string_view name_;
  // Keyed by the address of the route, because routes are literals.
  std::unordered_map<const char*, std::unordered_map<int, Counter*>> by_route_;
};

}  // namespace serai::protocol
