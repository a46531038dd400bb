// KeyClaims: the idempotency keys that calls of players are running under.
//
// A key belongs to one call. Two entities that are asked under one key at the same time run on
// their own shards and know nothing of each other; the store would refuse the slower one, and with
// it whatever others had built on what it had done meanwhile. So each key has a home, the shard its
// hash names: a call claims it there before it runs, and one that comes too late is refused before
// it does anything.
//
// Owner   a shard's runtime; claims are dropped no later than the runtime of all shards.
// Thread  the home shard's; a claim may be dropped on any.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/keyed_hash.hpp"
#include "runtime/shard/shard.hpp"

namespace serai::runtime {

class KeyClaims;

// Held while a call runs and until what it did is on disk; destroying it gives the key back.
class HeldKey {
 public:
  HeldKey(Shard& home, KeyClaims& keys, std::string name)
      : home_(home), keys_(keys), name_(std::move(name)) {}
  ~HeldKey();
  HeldKey(const HeldKey&) = delete;
  HeldKey& operator=(const HeldKey&) = delete;

 private:
  Shard& home_;
  KeyClaims& keys_;  // touched at home only: when all shards end, it may be gone before the claim
  std::string name_;
};

using KeyClaim = std::unique_ptr<HeldKey>;

class KeyClaims {
 public:
  explicit KeyClaims(Shard& home) : home_(home) {}

  // False: another call runs under it. At home.
  bool claim(const std::string& name) { return held_.insert(name).second; }
  // Holds what was claimed. On any shard, and not in what is posted: a post that never arrives,
  // because all shards end, gives nothing back.
  KeyClaim own(std::string name) {
    return std::make_unique<HeldKey>(home_, *this, std::move(name));
  }

 private:
  friend class HeldKey;
  Shard& home_;
  std::unordered_set<std::string, KeyedTextHash> held_;
};

inline HeldKey::~HeldKey() {
  if (home_.is_current()) {
    keys_.held_.erase(name_);
  } else {
    home_.post([&keys = keys_, name = std::move(name_)] { keys.held_.erase(name); });
  }
}

}  // namespace serai::runtime
