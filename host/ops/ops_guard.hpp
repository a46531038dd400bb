// OpsGuard: decides which requests the ops plane answers, by their header alone.
//
// A web page in an operator's browser can make its own name resolve to this machine, and then read
// all answers here (DNS rebinding). The browser sends that name in the Host header, so an unknown
// Host is refused.
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
  static constexpr std::size_t kGuessesWaiting = 4;  // of one address; each waits a second

  // `hosts`: names that are allowed besides the addresses at which the server listens. An empty
  // token admits nobody.
  OpsGuard(std::string token, std::vector<std::string> hosts)
      : token_(std::move(token)), hosts_(std::move(hosts)) {}

  // `host` as in the header; `local_address` is where the connection arrived.
  bool knows_host(std::string_view host, const std::string& local_address) const;

  enum class Verdict {
    admitted,
    nameless,   // no token
    wrong,      // to be answered after a wait; then call answered()
    throttled,  // too many wrong ones of this address still wait for their answer: not checked
  };
  Verdict judge(std::string_view authorization, const std::string& remote_address);
  void answered(const std::string& remote_address);

 private:
  std::string token_;
  std::vector<std::string> hosts_;
  std::map<std::string, std::size_t> waiting_;  // wrong guesses to be answered, by address
};

}  // namespace serai::ops
