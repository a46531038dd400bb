// Placement: computes which shard owns an entity, a match or a stream.
//
// Source  MurmurHash2's 64-bit step (MurmurHash64A, Austin Appleby), eight bytes a step. The hash
//         is the same in every process, so the shard of an entity follows from its id, without a
//         table. Nothing stored depends on it.
// Thread  any; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/stream_id.hpp"

namespace serai {

std::uint64_t hash_of_address(std::string_view kind, std::string_view key);
// The shard follows from the hash of kind and key alone, so an entity and the stream of its match
// are on the same shard.
std::uint32_t shard_of(std::string_view kind, std::string_view key, std::uint32_t shard_count);

// The stream of an authoritative match is on the shard of its entity. The shard of any other stream
// follows from its subject.
std::uint32_t shard_of_stream(const StreamId& stream, std::uint32_t shard_count);

}  // namespace serai
