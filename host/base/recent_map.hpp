// RecentMap: a table of bounded size that forgets the least recently used keys.
//
// It has two generations. When the young one has half the bound, it becomes the old one, and the
// former old one is forgotten. A key found in the old one moves to the young one.
//
// Units   keys_max counts keys, in both generations.
// Thread  none of its own.
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <utility>

namespace serai {

// Keys that clients choose need a keyed hash (keyed_hash.hpp); the hash of Uuid is one.
template <class Key, class Value, class Hash = std::hash<Key>>
class RecentMap {
 public:
  explicit RecentMap(std::size_t keys_max) : half_(keys_max / 2) {}

  // The value of the key: a fresh one when the key is new or was forgotten. Valid until the next
  // call.
  Value& at(const Key& key) {
    if (young_.size() >= half_) old_ = std::exchange(young_, {});
    auto [entry, is_new] = young_.try_emplace(key);
    if (is_new) {
      if (auto node = old_.extract(key)) entry->second = std::move(node.mapped());
    }
    return entry->second;
  }

 private:
  using Half = std::unordered_map<Key, Value, Hash>;

  std::size_t half_;
  Half young_;
  Half old_;
};

}  // namespace serai
