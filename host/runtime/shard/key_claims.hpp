// KeyClaims: the idempotency keys of the calls that are running.
//
// A key belongs to one call. When two entities on different shards are called under one key at the
// same time, neither shard has the other's call. The store would refuse the slower call, and the
// changes that later calls have made to its entity would be lost too. So each key has a home shard,
// selected by its hash. A call claims its key there before it runs; a second call is refused before
// it has any effect.
//
// Owner   a shard's runtime; claims are dropped no later than the runtime of all shards.
// Thread  the home shard's. own(), and dropping a claim: any shard's.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/keyed_hash.hpp"
#include "runtime/shard/shard.hpp"

namespace serai::runtime {

class KeyClaims;

// The claim of one call on its key, until the writes of the call are on disk. Its destruction frees
// the key.
class ClaimedKey {
 public:
  ClaimedKey(Shard& home, KeyClaims& keys, std::string name)
      : home_(home), keys_(keys), name_(std::move(name)) {}
  ~ClaimedKey();  // NOLINT(bugprone-exception-escape): without memory the host ends
  ClaimedKey(const ClaimedKey&) = delete;
  ClaimedKey& operator=(const ClaimedKey&) = delete;

 private:
  Shard& home_;
  KeyClaims& keys_;  // used on the home shard only; at shutdown it may be destroyed first
  std::string name_;
};

using KeyClaim = std::unique_ptr<ClaimedKey>;

class KeyClaims {
 public:
  explicit KeyClaims(Shard& home) : home_(home) {}

  // Claims the key. False: another call has it. [the home shard]
  bool claim(const std::string& name) { return claimed_.insert(name).second; }
  // Returns the owner of a key that claim() has claimed. [any shard] Do not capture the owner in
  // a post: at shutdown, the post may be destroyed after this object, and would still use it.
  KeyClaim own(std::string name) {
    return std::make_unique<ClaimedKey>(home_, *this, std::move(name));
  }

 private:
  friend class ClaimedKey;
  Shard& home_;
  std::unordered_set<std::string, KeyedTextHash> claimed_;
};

inline ClaimedKey::~ClaimedKey() {  // NOLINT(bugprone-exception-escape)
  if (home_.is_current()) {
    keys_.claimed_.erase(name_);
  } else {
    home_.post([&keys = keys_, name = std::move(name_)] { keys.claimed_.erase(name); });
  }
}

}  // namespace serai::runtime
