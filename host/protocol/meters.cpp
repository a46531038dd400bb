#include "protocol/meters.hpp"

namespace serai::protocol {

void RpcMeter::observe(const std::string& rpc, const ServedBy& by, std::int64_t took_us) {
  auto& of_version = by_version_[by.version];
  auto found = of_version.find(rpc);
  if (found == of_version.end()) found = of_version.emplace(rpc, &make(rpc, by)).first;
  found->second->observe(static_cast<double>(took_us) / 1e6);
}

Histogram& RpcMeter::make(const std::string& rpc, const ServedBy& by) {
  const bool full = labels_ >= kLabelsMax;
  if (!full) ++labels_;
  const auto label = [full](const std::string* text) {
    return full || text == nullptr ? std::string() : *text;
  };
  return metrics_.histogram("serai_rpc_latency_seconds",
                            "Time from the request of a client to its answer.",
                            {{"rpc", full ? "other" : rpc},
                             {"module", label(by.module)},
                             {"module_version", label(by.version)}});
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

}  // namespace serai::protocol
