// AdminClient: asks a running host's admin API; behind `host ctl`.
//
// Errors  unavailable of the kind host_unreachable: no host answers there; else the Errc the host
//         answered with, and no kind.
// Thread  the caller's; calls block until the host answers, a swap until its end.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/result.hpp"

namespace serai::ops {

struct AdminTarget {
  std::string address = "127.0.0.1";
  std::uint16_t port = 7351;
  std::string token;
};

class AdminClient {
 public:
  explicit AdminClient(AdminTarget target) : target_(std::move(target)) {}

  using Query = std::multimap<std::string, std::string>;
  Result<std::string> get(const std::string& path, const Query& query = {}) const;
  // Reads server-sent events until `take` returns false or the host ends them. Now and then,
  // between events, `take` gets an empty one.
  struct Event {
    std::string name;
    std::string json;
  };
  Result<> follow(const std::string& path, const std::function<bool(const Event&)>& take) const;

  Result<std::string> post(const std::string& path, const std::string& json_body) const;

 private:
  AdminTarget target_;
};

}  // namespace serai::ops
