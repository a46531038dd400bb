#include "protocol/meters.hpp"

namespace serai {

void RpcMeter::observe(const std::string& rpc, std::int64_t took_us) {
  auto found = by_name_.find(rpc);
  if (found == by_name_.end()) {
    const std::string label = by_name_.size() < kNamesMax ? rpc : "other";
    found = by_name_.find(label);
    if (found == by_name_.end()) {
      Histogram& made = metrics_.histogram("serai_rpc_latency_seconds",
                                           "From the request of a client to its answer.",
                                           {{"rpc", label}});
      found = by_name_.emplace(label, &made).first;
    }
  }
  found->second->observe(static_cast<double>(took_us) / 1e6);
}

void RequestMeter::count(std::string_view route, int code) {
  Counter*& counter = by_route_[route.data()][code];
  if (counter == nullptr) {
    counter = &metrics_.counter(
        name_,
        "Requests of clients by call and status.",
        {{"route", std::string(route)}, {"code", code < 0 ? "ok" : std::to_string(code)}});
  }
  counter->add();
}

}  // namespace serai
