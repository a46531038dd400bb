#include "app/shard_threads.hpp"

#include <string>

#include "base/host_thread.hpp"

namespace serai::app {

ShardThreads::ShardThreads(std::uint32_t count, const Clock& clock) {
  shards_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i)
    shards_.push_back(std::make_unique<runtime::Shard>(i, clock));
}

ShardThreads::~ShardThreads() { stop(); }

void ShardThreads::start() {
  for (auto& shard : shards_) {
    threads_.emplace_back([&shard] {
      const HostThread named(("shard-" + std::to_string(shard->index())).c_str(),
                             HostThread::Place::first);
      shard->run();
    });
  }
}

void ShardThreads::stop() {
  for (auto& shard : shards_) shard->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace serai::app
