// list_relayed_matches: runs a request for the list of relayed matches. The request visits the
// shards one after the other, until it has found filter.limit matches.
//
// Thread  called on the asking shard; the answer comes on that shard.
// Owner   borrows Parts.
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
