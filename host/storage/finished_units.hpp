// FinishedUnits: the set of units that have ended, with one bit for each, in memory only.
//
// Units   the numbers of units rise within a process. The last 64 million are distinguished; older
//         ones count as ended.
// Thread  one.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <memory>

namespace serai::storage {

class FinishedUnits {
 public:
  void add(std::uint64_t unit);
  bool has(std::uint64_t unit) const;

 private:
  static constexpr std::uint64_t kChunkBits = 65'536;
  static constexpr std::size_t kChunksMax = 1'024;
  using Chunk = std::bitset<kChunkBits>;

  std::uint64_t base_ = 0;  // number of the first chunk; units before it count as ended
  bool started_ = false;
  std::deque<std::unique_ptr<Chunk>> chunks_;  // null: no unit in it has ended
};

}  // namespace serai::storage
