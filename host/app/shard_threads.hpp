// ShardThreads: the shards of a host and the threads that run them.
//
// Thread  start(), stop(): the main thread. Other calls: as in Shard.
// Owner   the host; stop() joins the threads. All objects that refer to a shard are destroyed
//         before.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "runtime/shard/shard.hpp"

namespace serai::app {

class ShardThreads final : public runtime::Shards {
 public:
  ShardThreads(std::uint32_t count, const Clock& clock);
  ~ShardThreads() override;
  ShardThreads(const ShardThreads&) = delete;
  ShardThreads& operator=(const ShardThreads&) = delete;

  std::uint32_t count() const override { return static_cast<std::uint32_t>(shards_.size()); }
  runtime::Shard& at(std::uint32_t index) override { return *shards_[index]; }

  void start();
  void stop();  // idempotent

 private:
  std::vector<std::unique_ptr<runtime::Shard>> shards_;
  std::vector<std::thread> threads_;
};

}  // namespace serai::app
