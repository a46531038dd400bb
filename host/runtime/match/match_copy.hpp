// Copies of matches for their developers: the state of a running match with the inputs that it has
// handled lately, and a new match that begins in a copied state.
//
// Errors  not_found: no such match, or no module has its kind. unavailable: its shard does not
//         answer, or its first message is being handled. data_loss: the state cannot be read.
// Thread  the shard's; CopiedMatch and ForkedMatch: plain values.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "model/match_id.hpp"
#include "ports/entity_store.hpp"
#include "ports/swap_control.hpp"

namespace serai::runtime {

struct ShardParts;

// The answers of all shards: the one that has the match gives the copy.
struct CopiedMatch {
  std::optional<Result<ExportedEntity>> copy;
  std::uint32_t shards_missing = 0;  // shards that did not answer in time

  void add(CopiedMatch&& part) {
    if (part.copy) copy = std::move(part.copy);
  }
};

// Likewise: the shard on which the new match is gives the result.
struct ForkedMatch {
  std::optional<Result<>> opened;
  std::uint32_t shards_missing = 0;

  void add(ForkedMatch&& part) {
    if (part.opened) opened = part.opened;
  }
};

CopiedMatch copy_match(ShardParts& parts, const MatchId& match);

// Opens a match from a state that is not stored yet, and stores it. It has no members.
ForkedMatch fork_match(ShardParts& parts, std::uint32_t shards, const StoredEntity& begin);

}  // namespace serai::runtime
