// HeldBytes: counts the bytes in memory that wait for clients: output that a client has not read,
// and requests and messages of which it has not sent the rest. They are counted per owner and in
// all, over all connections and shards. Beyond the bound no further large output or input is
// admitted, until there are fewer bytes.
//
// Owners are counted in a table of fixed size, by their keyed hash. Two owners in the same cell
// share its bound. No client can choose its cell, because the hash is keyed.
//
// Units   bytes of output (HTTP answers and socket messages alike) and of incomplete requests and
//         messages.
// Errors  resource_exhausted: the bound of the owner is reached. unavailable: the bound of all
//         owners is reached. Each refusal is counted in serai_refused_total.
// Thread  any; counts are atomics. Two calls at the same moment may both succeed and exceed the
//         bound together.
// Owner   the Listener; shards borrow it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/metrics.hpp"
#include "base/named_limit.hpp"
#include "base/result.hpp"
#include "net/options.hpp"

namespace serai::net {

class HeldBytes {
 public:
  HeldBytes(const HeldLimits& limits, Metrics& metrics);

  // Success when `bytes` more may be counted for the owner. An owner with nothing counted is
  // admitted with any amount, unless the bound of all owners is reached.
  Result<> admit(std::uint64_t owner, std::uint64_t bytes) const;
  // Changes the counts. `bytes` may be negative.
  void add(std::uint64_t owner, std::int64_t bytes);
  std::uint64_t all() const { return static_cast<std::uint64_t>(all_.load()); }

 private:
  static constexpr std::size_t kCells = 4'096;
  using Sum = std::atomic<std::int64_t>;

  NamedLimit in_all_;
  NamedLimit of_owner_;
  Sum all_{0};
  std::unique_ptr<std::array<Sum, kCells>> cells_;
};

}  // namespace serai::net
