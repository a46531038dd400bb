// Admission: counts open connections over all shards and decides whether one more is accepted.
//
// Thread  any. The mutex is locked once when a connection opens and once when it closes, and only
//         when there is a bound per address.
// Owner   the Listener; shards borrow it.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/keyed_hash.hpp"

namespace serai::net {

class Admission {
 public:
  Admission(std::uint32_t connections_max, std::uint32_t per_ip_max)
      : connections_max_(connections_max), per_ip_max_(per_ip_max) {}

  // Shards that ask at the same moment may exceed the bound by a few connections.
  bool has_room() const { return open_ < connections_max_; }
  // Counts one more connection. False, and nothing counted: the address has as many connections as
  // its bound allows.
  bool enter(const std::string& ip) {
    if (per_ip_max_ != 0) {
      const std::lock_guard lock(mutex_);
      std::uint32_t& count = per_ip_[ip];
      if (count >= per_ip_max_) return false;
      ++count;
    }
    ++open_;
    return true;
  }
  // Counts a connection that moves to another shard once more, whatever the bound.
  void enter_again(const std::string& ip) {
    ++open_;
    if (per_ip_max_ == 0) return;
    const std::lock_guard lock(mutex_);
    ++per_ip_[ip];
  }
  void leave(const std::string& ip) {
    --open_;
    if (per_ip_max_ == 0) return;
    const std::lock_guard lock(mutex_);
    const auto found = per_ip_.find(ip);
    if (found != per_ip_.end() && --found->second == 0) per_ip_.erase(found);
  }

  std::uint64_t open() const { return open_; }
  std::uint64_t sockets() const { return sockets_; }
  void socket_opened() { ++sockets_; }
  void socket_closed() { --sockets_; }

 private:
  const std::uint32_t connections_max_;
  const std::uint32_t per_ip_max_;
  std::atomic<std::uint64_t> open_{0};
  std::atomic<std::uint64_t> sockets_{0};
  std::mutex mutex_;
  std::unordered_map<std::string, std::uint32_t, KeyedTextHash> per_ip_;  // GUARDED_BY(mutex_)
};

}  // namespace serai::net
