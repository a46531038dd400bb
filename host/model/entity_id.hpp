// EntityId: which piece of game state is meant: its kind and its key.
//
// Thread  plain values: any.
#pragma once

#include <compare>
#include <cstddef>
#include <string>

namespace serai {

// Bytes. A key is stored with its entity and in every message to it, so it has a bound.
inline constexpr std::size_t kEntityKeyMax = 255;

struct EntityId {
  std::string kind;
  std::string key;
  friend auto operator<=>(const EntityId&, const EntityId&) = default;
};

struct EntityIdHash {
  std::size_t operator()(const EntityId& id) const;  // not noexcept, so that hash tables store it
};

}  // namespace serai
