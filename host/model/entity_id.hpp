// EntityId: names one entity, by its kind and its key.
//
// Thread  any; plain values.
#pragma once

#include <compare>
#include <cstddef>
#include <string>

namespace serai {

// In bytes. A key is stored with its entity and with every message to it, so its length is limited.
inline constexpr std::size_t kEntityKeyMax = 255;

struct EntityId {
  std::string kind;
  std::string key;
  friend auto operator<=>(const EntityId&,
                          const EntityId&) = default;  // NOLINT(modernize-use-nullptr)
};

struct EntityIdHash {
  // Not noexcept: the hash tables of libstdc++ then store each hash instead of computing it again.
  std::size_t operator()(const EntityId& id) const;
};

}  // namespace serai
