// Thread roles: whether the calling thread acts for the shards. A thread that is no shard's may do
// so for a scope.
//
// Thread  any; each thread has its own role.
#pragma once

#include <utility>

namespace serai::abi {

// Whether the calls that abi.h tags [shard] are allowed on the calling thread.
inline bool& acts_for_shards() {
  static constinit thread_local bool acts = false;
  return acts;
}

// Sets acts_for_shards() for a scope. Used by the thread of each shard, by the thread that ends the
// host, which cancels frames and destroys entities after all shards have ended, and by the thread
// of a rehearsal while it runs entities.
class ActForShards {
 public:
  ActForShards() : before_(std::exchange(acts_for_shards(), true)) {}
  ~ActForShards() { acts_for_shards() = before_; }
  ActForShards(const ActForShards&) = delete;
  ActForShards& operator=(const ActForShards&) = delete;

 private:
  bool before_;
};

}  // namespace serai::abi
