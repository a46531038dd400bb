// CallerFigures: how each caller's calls went under one generation, so that no single player
// decides how the generation is judged.
//
// A caller is the player whom a handler runs for. Runs without a player (ticks, timers, calls that
// entities make by themselves) share one cell: they are the release's own. A player's cell follows
// from the keyed hash of the player's id, so nobody can choose to share a cell with somebody else.
//
// Bound   kCallerCells cells, however many players there are; players of one cell count as one.
// Thread  plain values: any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace serai {

inline constexpr std::size_t kPlayerCells = 63;
inline constexpr std::size_t kOwnCell = kPlayerCells;  // runs without a player
inline constexpr std::size_t kCallerCells = kPlayerCells + 1;

// How long handlers took: bucket i counts those under 2^i microseconds that are in no smaller
// bucket.
using LatencyBuckets = std::array<std::uint64_t, 24>;

struct CallerFigures {
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;
  std::uint64_t overruns = 0;
  std::uint64_t late_ticks = 0;
  LatencyBuckets latency{};
};

// How a caller's calls of one handler have ended.
struct Outcomes {
  std::uint64_t ended = 0;    // with success, a refusal or a failure
  std::uint64_t refused = 0;  // with an error that is no fault of the module
};

// The upper edge of the bucket that holds this quantile (0..1), in microseconds; 0: nothing
// counted.
std::uint64_t latency_us(const LatencyBuckets& buckets, double quantile);

}  // namespace serai
