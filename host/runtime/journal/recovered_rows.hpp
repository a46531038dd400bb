// RecoveredRows: the rows of the journal that a start has read. They are deleted when all shards
// have stored the entities that they are about.
//
// Thread  any.
// Owner   shared by the shards until then.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

namespace serai::runtime {

class RecoveredRows {
 public:
  RecoveredRows(std::vector<std::uint64_t> ids, std::uint32_t shards)
      : ids_(std::move(ids)), shards_(shards) {}

  // Called once by each shard. The last one gets the rows, and deletes them.
  std::vector<std::uint64_t> take_when_last() {
    if (--shards_ != 0) return {};
    return std::move(ids_);
  }

 private:
  std::vector<std::uint64_t> ids_;
  std::atomic<std::uint32_t> shards_;
};

}  // namespace serai::runtime
