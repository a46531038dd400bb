#include "storage/finished_units.hpp"

namespace serai::storage {

void FinishedUnits::add(std::uint64_t unit) {
  const std::uint64_t number = unit / kChunkBits;
  if (!started_) {
    started_ = true;
    // Units with smaller numbers may still be open, so the range begins before the first unit that
    // ends.
    base_ = number < kChunksMax ? 0 : number - kChunksMax + 1;
  }
  if (number < base_) return;
  while (number - base_ >= kChunksMax && !chunks_.empty()) {
    chunks_.pop_front();
    ++base_;
  }
  if (chunks_.empty() && number - base_ >= kChunksMax) base_ = number;
  while (number - base_ >= chunks_.size()) chunks_.push_back(nullptr);
  auto& chunk = chunks_[number - base_];
  if (!chunk) chunk = std::make_unique<Chunk>();
  chunk->set(unit % kChunkBits);
  while (!chunks_.empty() && chunks_.front() && chunks_.front()->all()) {
    chunks_.pop_front();
    ++base_;
  }
}

bool FinishedUnits::has(std::uint64_t unit) const {
  if (!started_) return false;
  const std::uint64_t number = unit / kChunkBits;
  if (number < base_) return true;
  if (number - base_ >= chunks_.size()) return false;
  const auto& chunk = chunks_[number - base_];
  return chunk && chunk->test(unit % kChunkBits);
}

}  // namespace serai::storage
