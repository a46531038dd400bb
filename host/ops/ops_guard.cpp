#include "ops/ops_guard.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "base/loopback.hpp"

namespace serai::ops {
namespace {

// The host in "name:7351" or "[::1]:7351", without port and brackets. The port is not compared,
// because a forwarded port has another number.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, std::min(host.find(']'), host.size()) - 1);
  return host.substr(0, host.find(':'));
}

}  // namespace

bool OpsGuard::allows_host(std::string_view host, const std::string& local_address) const {
  const std::string name = lower_case(std::string(without_port(host)));
  if (name == local_address || (name == "localhost" && is_loopback(local_address))) return true;
  return std::any_of(hosts_.begin(), hosts_.end(), [&](const std::string& allowed) {
    return lower_case(allowed) == name;
  });
}

OpsGuard::Verdict OpsGuard::judge(std::string_view authorization, const std::string& remote) {
  static constexpr std::string_view kScheme = "Bearer ";
  if (!authorization.starts_with(kScheme)) return Verdict::nameless;
  const std::string_view given = authorization.substr(kScheme.size());
  const auto waiting = waiting_.find(remote);
  if (waiting != waiting_.end() && waiting->second >= kGuessesWaiting) return Verdict::throttled;
  if (!token_.empty() && given.size() == token_.size() &&
      CRYPTO_memcmp(given.data(), token_.data(), token_.size()) == 0) {
    return Verdict::admitted;
  }
  ++waiting_[remote];
  return Verdict::wrong;
}

void OpsGuard::answered(const std::string& remote_address) {
  const auto found = waiting_.find(remote_address);
  if (found != waiting_.end() && --found->second == 0) waiting_.erase(found);
}

}  // namespace serai::ops
