// HeldBytes: counts the bytes in memory for clients who have not read them yet, or have not sent
// the rest of them: of each owner and in all, over all connections and shards. An owner with too
// many gets nothing large until they are read.
//
// Owners are counted in a fixed table by a keyed hash. Two owners in the same cell share its bound;
// nobody can choose with whom.
//
// Units   bytes of output (HTTP answers and socket messages alike) and of requests and messages
//         that have come in part.
// Errors  resource_exhausted: the owner's share is used up; unavailable: the share of all is. Each
//         is counted in serai_refused_total.
// Thread  any; counts are atomics. Two who ask at the same moment may both be allowed.
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

  // True when `bytes` more may be counted for the owner. Small amounts, and the only ones of an
  // owner, are allowed unless the share of all is used up.
  Result<> admit(std::uint64_t owner, std::uint64_t bytes) const;
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
