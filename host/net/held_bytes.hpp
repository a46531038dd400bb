// HeldBytes: what lies in memory for clients who have not read it yet, or have not sent the rest of
// it, of each owner and in all, over every connection and shard. Whoever has too much there gets no
// more until it is read, and can begin nothing large.
//
// Owners are told apart by a keyed hash into a fixed table. Two who share a cell share its bound;
// nobody can choose with whom.
//
// Units   bytes of output (HTTP answers and socket messages alike) and of requests and messages
//         that have come in part.
// Errors  resource_exhausted: the owner's share is used up; unavailable: everybody's is. Each is
//         counted in serai_refused_total.
// Thread  any; counts are atomics. Two who ask at the same moment may both be let in.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/metrics.hpp"
#include "base/named_limit.hpp"
#include "base/result.hpp"
#include "net/options.hpp"

namespace serai {

class HeldBytes {
 public:
  HeldBytes(const HeldLimits& limits, Metrics& metrics);

  // Whether `bytes` more may be held for the owner. What is small, or all that is held for him,
  // may, unless there is no room at all.
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

}  // namespace serai
