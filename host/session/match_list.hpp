// Listing relayed matches: the request visits the shards in turn until it has found enough.
//
// Thread  begins and answers on the asking shard.
#pragma once

#include <cstdint>
#include <vector>

#include "ports/sessions.hpp"

namespace serai::session {

class Parts;

void list_relayed_matches(Parts& parts,
                          std::uint32_t asking_shard,
                          RelayedFilter filter,
                          Callback<std::vector<RelayedListing>> answer);

}  // namespace serai::session
