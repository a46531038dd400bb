// HeldBytes: counts the bytes in memory that clients have not read yet, or of which they have not
// sent the rest: per owner and in all, over all connections and shards. An owner with too many gets
// nothing large until there are fewer.
//
// Owners are counted in a fixed table by a keyed hash. Two owners in the same cell share its bound;
// nobody can choose which.
//
// Units   bytes of output (HTTP answers and socket messages alike) and of incomplete requests and
//         messages.
// Errors  resource_exhausted: the owner's bound is reached; unavailable: the bound of all is. Each
//         is counted in serai_refused_total.
// Thread  any; counts are atomics. Two calls at the same moment may both succeed and exceed the
//         bound together.
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

  // True when `bytes` more may be counted for the owner. An owner with nothing counted is admitted
  // with any amount, unless the bound of all is reached.
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
