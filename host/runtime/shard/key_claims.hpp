// KeyClaims: the idempotency keys that calls of players are running under.
//
// A key belongs to one call. When two entities on different shards are called under one key at the
// same time, neither shard sees the other's call. The store would refuse the slower call, and
// everything that others had built on it. So each key has a home shard, by its hash. A call claims
// the key there before it runs; a second call is refused before it has any effect.
//
// Owner   a shard's runtime; claims are dropped no later than the runtime of all shards.
// Thread  the home shard's; a claim may be dropped on any shard.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/keyed_hash.hpp"
#include "runtime/shard/shard.hpp"

namespace serai::runtime {

class KeyClaims;

// The claim of one call on its key, until what the call did is on disk. Destroying it frees the
// key.
class ClaimedKey {
 public:
  ClaimedKey(Shard& home, KeyClaims& keys, std::string name)
      : home_(home), keys_(keys), name_(std::move(name)) {}
  ~ClaimedKey();
  ClaimedKey(const ClaimedKey&) = delete;
  ClaimedKey& operator=(const ClaimedKey&) = delete;

 private:
  Shard& home_;
  KeyClaims& keys_;  // used on the home shard only; at the host's end it may be destroyed first
  std::string name_;
};

using KeyClaim = std::unique_ptr<ClaimedKey>;

class KeyClaims {
 public:
  explicit KeyClaims(Shard& home) : home_(home) {}

  // False: another call runs under the key. Call it on the home shard.
  bool claim(const std::string& name) { return claimed_.insert(name).second; }
  // Makes the owner of a claimed key. May be called on any shard. Do not post the result: a post
  // that never arrives, because all shards end, would not free the key.
  KeyClaim own(std::string name) {
    return std::make_unique<ClaimedKey>(home_, *this, std::move(name));
  }

 private:
  friend class ClaimedKey;
  Shard& home_;
  std::unordered_set<std::string, KeyedTextHash> claimed_;
};

inline ClaimedKey::~ClaimedKey() {
  if (home_.is_current()) {
    keys_.claimed_.erase(name_);
  } else {
    home_.post([&keys = keys_, name = std::move(name_)] { keys.claimed_.erase(name); });
  }
}

}  // namespace serai::runtime
