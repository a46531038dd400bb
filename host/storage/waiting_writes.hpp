// WaitingWrites: counts the players' writes that wait for the disk, per player and in all, over all
// connections and shards. Beyond a bound further writes are refused.
//
// Players are counted in a table of fixed size by a keyed hash. Two players in the same cell share
// its bound; nobody can choose a cell, because the hash is keyed.
//
// Units   bytes to be stored, and the number of writes.
// Errors  resource_exhausted: the player's bound is reached. unavailable: the bound of all players
//         is reached. The detail names the limit. Each refusal is counted in serai_refused_total.
// Thread  any; counts are atomics. Two calls at the same moment may both succeed and exceed the
//         bound together.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/metrics.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"

namespace serai::storage {

struct WaitingLimits {
  std::uint64_t bytes_max = 64 << 20;
  std::uint64_t writes_max = 65'536;
  std::uint64_t player_bytes_max = 4 << 20;
  std::uint64_t player_writes_max = 1'024;
};

class WaitingWrites : public std::enable_shared_from_this<WaitingWrites> {
 public:
  static constexpr std::size_t kCells = 4'096;
  // The cell in which a player is counted. It differs from process to process.
  static std::size_t cell_of(const Uuid& player) { return player.hash() % kCells; }

  WaitingWrites(const WaitingLimits& limits, Metrics& metrics);

  // Checks whether a write of `bytes` bytes of the player may wait. A player without waiting writes
  // is admitted unless the bound of all is reached, because the size of a request bounds a single
  // write.
  Result<> admit(const Uuid& player, std::uint64_t bytes) const;

  // Counts a write from take() until its destruction. Writes of the nil player, which are the
  // game's own, are not counted.
  class Reservation {
   public:
    Reservation() = default;
    Reservation(Reservation&& other) noexcept = default;
    Reservation& operator=(Reservation&&) = delete;
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;
    ~Reservation() {
      if (of_) of_->give_back(cell_, bytes_);
    }

   private:
    friend class WaitingWrites;
    Reservation(std::shared_ptr<WaitingWrites> of, std::size_t cell, std::uint64_t bytes)
        : of_(std::move(of)), cell_(cell), bytes_(bytes) {}
    // Shared with the store, because an answer may still be in its executor when the store is gone.
    std::shared_ptr<WaitingWrites> of_;
    std::size_t cell_ = 0;
    std::uint64_t bytes_ = 0;
  };
  Reservation take(const Uuid& player, std::uint64_t bytes);

 private:
  struct Sum {
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> writes{0};
  };

  void give_back(std::size_t cell, std::uint64_t bytes);

  const WaitingLimits limits_;
  Sum all_;
  std::array<Sum, kCells> cells_{};
  Gauge& bytes_gauge_;
  Gauge& writes_gauge_;
  std::array<Counter*, 4> refused_{};
};

}  // namespace serai::storage
