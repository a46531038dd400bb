// AdminClient: sends requests to the admin API of a running host. `host ctl` uses it.
//
// Errors  unavailable of the kind host_unreachable: no host answers at the address. Otherwise the
//         Errc in the host's answer, without a kind.
// Thread  the caller's. A call blocks until the host answers, at most 15 minutes. A swap is
//         answered when its probation begins, or when it ends before that.
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
  // Reads server-sent events until `take` returns false or the host ends the stream. For each
  // heartbeat of the host (one for each second without an event) `take` gets an event without a
  // name. Half a minute of silence is an error.
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
