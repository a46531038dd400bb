// Listening: opens the listening sockets of all shards on one port.
//
// The first socket is bound alone, so that a port in use by another program is reported and never
// shared. Only then the port is opened to the other sockets, among which the kernel spreads
// connections.
//
// Errors  invalid_argument: no such address; unavailable: taken or not allowed.
// Owner   Descriptor closes its descriptor, unless that was taken from it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace serai::net {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.take()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  int number() const { return number_; }
  int take() { return std::exchange(number_, -1); }

 private:
  int number_;
};

struct Listening {
  std::vector<Descriptor> sockets;
  std::string address;
  std::uint16_t port = 0;
  bool is_v6 = false;
};

Result<Listening> open_listening(const std::string& address,
                                 std::uint16_t port,
                                 std::uint32_t count);

}  // namespace serai::net
