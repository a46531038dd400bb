// Listening: opens the listening sockets of all shards on one port.
//
// The first socket is bound alone, so that a port in use by another program is reported and never
// shared. Only then is the port opened to the other sockets. The kernel spreads connections over
// all of them.
//
// Errors  open_listening(): invalid_argument for a text that is not an IP address; unavailable when
//         the port is taken or not allowed.
// Thread  any.
// Owner   Descriptor closes its descriptor, unless take() has handed it over.
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
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

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

// Opens `count` sockets. An empty address means every IPv4 address, and port 0 a free port.
Result<Listening> open_listening(const std::string& address,
                                 std::uint16_t port,
                                 std::uint32_t count);

}  // namespace serai::net
