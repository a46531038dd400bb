// CallerFigures: the figures of each caller's calls under one generation. Probation needs them by
// caller, so that no single player can make a generation look bad.
//
// A caller is the player for whom a handler runs. Runs without a player (ticks, timers, calls that
// entities make by themselves) share one cell, because only the release is responsible for them.
// The cell of a player follows from the keyed hash of the player's id, so nobody can choose to
// share a cell with somebody else.
//
// Bound   kCallerCells cells, however many players there are. The players of one cell count as one.
// Thread  any; plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace serai {

inline constexpr std::size_t kPlayerCells = 63;
inline constexpr std::size_t kOwnCell = kPlayerCells;  // runs without a player
inline constexpr std::size_t kCallerCells = kPlayerCells + 1;

// Durations of handlers. Bucket i counts those below 2^i and not below 2^(i-1) microseconds; the
// last bucket also counts all longer ones.
using LatencyBuckets = std::array<std::uint64_t, 24>;

struct CallerFigures {
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;
  std::uint64_t overruns = 0;
  std::uint64_t late_ticks = 0;
  LatencyBuckets latency{};
};

// Counts how the calls of one handler by one caller have ended.
struct Outcomes {
  std::uint64_t ended = 0;    // with success, a refusal or a failure
  std::uint64_t refused = 0;  // with an error that is neither the module's fault nor storage's
};

// The upper bound of the bucket with this quantile (0..1), in microseconds. 0: nothing is counted.
std::uint64_t latency_us(const LatencyBuckets& buckets, double quantile);

}  // namespace serai
