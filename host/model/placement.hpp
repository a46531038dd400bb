// Placement: which shard has an entity, a match or a stream.
//
// Source  the hash takes eight bytes a step, as MurmurHash2 has it. It is the same in every
//         process, so an id says where its entity is without a table; nothing that is stored rests
//         on it.
// Thread  any.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/stream_id.hpp"

namespace serai {

std::uint64_t hash_of_address(std::string_view kind, std::string_view key);
// By that hash, so that an entity and its match stream meet on one shard.
std::uint32_t shard_of(std::string_view kind, std::string_view key, std::uint32_t shard_count);

// Authoritative matches live with their entity, all other streams by their subject.
std::uint32_t shard_of_stream(const StreamId& stream, std::uint32_t shard_count);

}  // namespace serai
