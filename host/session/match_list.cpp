#include "session/match_list.hpp"

#include <memory>
#include <utility>

#include "session/part.hpp"

namespace serai::session {
namespace {

struct Listing {
  std::uint32_t asking = 0;
  std::uint32_t next = 0;
  RelayedFilter filter;
  std::vector<RelayedListing> found;
  Callback<std::vector<RelayedListing>> answer;
};

void list_next(Parts& parts, std::unique_ptr<Listing> listing) {
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

}  // namespace

void list_relayed_matches(Parts& parts,
                          std::uint32_t asking_shard,
                          RelayedFilter filter,
                          Callback<std::vector<RelayedListing>> answer) {
  auto listing = std::make_unique<Listing>();
  listing->asking = asking_shard;
  listing->filter = filter;
  listing->answer = std::move(answer);
  list_next(parts, std::move(listing));
}

}  // namespace serai::session
