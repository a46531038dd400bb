// Placement: which shard has an entity, a match or a stream.
//
// Source  the hash takes eight bytes a step, as MurmurHash2 has it. It is the same in every
//         process, so an entity's shard follows from its id, without a table. Nothing stored
//         depends on it.
// Thread  any.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/stream_id.hpp"

namespace serai {

std::uint64_t hash_of_address(std::string_view kind, std::string_view key);
// The hash decides, so that an entity and its match stream are on the same shard.
std::uint32_t shard_of(std::string_view kind, std::string_view key, std::uint32_t shard_count);

// Authoritative matches live with their entity, all other streams by their subject.
std::uint32_t shard_of_stream(const StreamId& stream, std::uint32_t shard_count);

}  // namespace serai
