// RecentMap: a table of bounded size that drops the least recently used keys.
//
// The table has two halves. When the young half is full, it becomes the old half, and the former
// old half is dropped. A key that is found in the old half moves to the young half.
//
// Units   keys_max counts the keys of both halves.
// Thread  not thread-safe.
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

  // The value of the key; a default value when the key is new or was dropped. The reference is
  // valid until the next call.
  Value& at(const Key& key) {
    if (young_.size() >= half_) old_ = std::exchange(young_, {});
    auto [entry, is_new] = young_.try_emplace(key);
    if (is_new) {
      if (auto node = old_.extract(key)) entry->second = std::move(node.mapped());
    }
    return entry->second;
  }

  // Null when the key is new or was dropped. The key does not become more recent.
  const Value* find(const Key& key) const {
    for (const Half* half : {&young_, &old_}) {
      if (const auto entry = half->find(key); entry != half->end()) return &entry->second;
    }
    return nullptr;
  }

 private:
  using Half = std::unordered_map<Key, Value, Hash>;

  std::size_t half_;
  Half young_;
  Half old_;
};

}  // namespace serai
