#include "ports/caller_figures.hpp"

#include <numeric>

namespace serai {

std::uint64_t latency_us(const LatencyBuckets& buckets, double quantile) {
  const std::uint64_t all = std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
  const double wanted = quantile * static_cast<double>(all);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    seen += buckets[i];
    if (seen != 0 && static_cast<double>(seen) >= wanted) return std::uint64_t{1} << i;
  }
  return 0;
}

}  // namespace serai
