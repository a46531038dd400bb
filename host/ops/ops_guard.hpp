// OpsGuard: decides from the header of a request alone whether the ops plane answers it.
//
// A web page in an operator's browser can make its own name resolve to this machine, and then read
// all answers here (DNS rebinding). The browser sends that name in the Host header, so a Host that
// is not allowed is refused.
//
// Thread  the server's.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace serai::ops {

class OpsGuard {
 public:
  // Wrong tokens of one address that may wait for their answers at a time, a second each.
  static constexpr std::size_t kGuessesWaiting = 4;

  // `hosts`: names that are allowed besides the addresses at which the server listens. An empty
  // `token` admits nobody.
  OpsGuard(std::string token, std::vector<std::string> hosts)
      : token_(std::move(token)), hosts_(std::move(hosts)) {}

  // `host`: the value of the Host header. `local_address`: the address at which the connection
  // arrived. It is allowed, and so is "localhost" when it is a loopback address.
  bool allows_host(std::string_view host, const std::string& local_address) const;

  enum class Verdict {
    admitted,
    nameless,   // the request has no token
    wrong,      // answer after a second, then call answered()
    throttled,  // not checked: kGuessesWaiting wrong tokens of this address wait
  };
  Verdict judge(std::string_view authorization, const std::string& remote_address);
  void answered(const std::string& remote_address);

 private:
  std::string token_;
  std::vector<std::string> hosts_;
  std::map<std::string, std::size_t> waiting_;  // wrong tokens not answered yet, by remote address
};

}  // namespace serai::ops
