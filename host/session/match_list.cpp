// Listing relayed matches: the request visits the shards in turn until it has found enough.
#include "session/part.hpp"

namespace serai {

struct ShardSessions::Listing {
  std::uint32_t asking = 0;
  std::uint32_t next = 0;
  RelayedFilter filter;
  std::vector<RelayedListing> found;
  Answer<std::vector<RelayedListing>> answer;
};

void ShardSessions::match_list(RelayedFilter filter, Answer<std::vector<RelayedListing>> answer) {
  SERAI_ASSERT(context_.shard.is_current());
  auto listing = std::make_unique<Listing>();
  listing->asking = context_.shard.index();
  listing->filter = filter;
  listing->answer = std::move(answer);
  list_next(context_.parts, std::move(listing));
}

void ShardSessions::list_next(Parts& parts, std::unique_ptr<Listing> listing) {
  if (listing->next == parts.count() || listing->found.size() >= listing->filter.limit) {
    const std::uint32_t asking = listing->asking;
    return parts.on(asking, [listing = std::move(listing)](Part&) {
      listing->answer(std::move(listing->found));
    });
  }
  const std::uint32_t here = listing->next++;
  parts.on(here, [&parts, listing = std::move(listing)](Part& part) mutable {
    part.streams.list_relayed(listing->filter, listing->found);
    list_next(parts, std::move(listing));
  });
}

}  // namespace serai
