#include "runtime/shard_calls.hpp"

namespace serai::runtime {

void ShardCalls::until_all_done(const std::function<void(ShardRuntime&, Work done)>& begin) {
  std::size_t left = shards_.size();
  for (const auto& shard : shards_) {
    shard->shard().post([this, &begin, &left, runtime = shard.get()] {
      begin(*runtime, Work([this, &left] { inbox_.post([&left] { --left; }); }));
    });
  }
  inbox_.wait_until([&left] { return left == 0; });
}

void ShardCalls::on_all(const std::function<void(ShardRuntime&)>& work) {
  until_all_done([&work](ShardRuntime& shard, Work done) {
    work(shard);
    done();
  });
}

void ShardCalls::on(ShardRuntime& shard, const std::function<void(ShardRuntime&)>& work) {
  bool done = false;
  shard.shard().post([this, &work, &done, &shard] {
    work(shard);
    inbox_.post([&done] { done = true; });
  });
  inbox_.wait_until([&done] { return done; });
}

}  // namespace serai::runtime
