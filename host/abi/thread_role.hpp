// Thread roles: which part of the host the calling thread acts for, beside what it is.
//
// Thread  any; each has its own.
#pragma once

#include <utility>

namespace serai::abi {

// Whether what abi.h tags [shard] may be done on the calling thread.
inline bool& acts_for_shards() {
  static constinit thread_local bool acts = false;
  return acts;
}

// For a scope. A shard's own thread; the one that ends the host, which cancels frames and destroys
// entities once all shards have ended; the one thread of a rehearsal while it runs entities.
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
