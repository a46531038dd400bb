// Records that the generations they are meant for cannot read: found, page by page, and handed to
// their shards.
#include <algorithm>

#include "model/placement.hpp"
#include "runtime/runtime.hpp"

namespace serai {

// Whoever is loaded reads for the others.
void Runtime::lend_readers() {
  std::vector<LoadedGeneration*> readers;
  for (const auto* loaded : {&live_, &former_}) {
    for (const Loaded& one : *loaded) readers.push_back(one.get());
  }
  on_all_shards([&readers](ShardRuntime& shard) { shard.parts().upgrader.set_readers(readers); });
}

void Runtime::look_at_unreadable(const KindRoute& route, const Look& look, Records& found) {
  const KindContract& reader = route.generation->kind(route.kind_index);
  std::string after;
  for (bool more = true; more;) {
    Result<std::vector<EntityId>> page =
        list_page({reader.name, after, 0, reader.reads_min, reader.reads_max});
    if (!page) {
      ++found.pending;
      return;
    }
    more = page->size() == kPage;
    if (!page->empty()) after = page->back().key;
    std::vector<std::vector<EntityId>> own(shards_.size());
    for (EntityId& id : *page) {
      own[shard_of(id.kind, id.key, env_.shards.count())].push_back(std::move(id));
    }
    std::vector<Records> parts(shards_.size());
    std::atomic<std::size_t> left = shards_.size();
    on_all_shards([&](ShardRuntime& shard) {
      const std::uint32_t index = shard.shard().index();
      look(shard, std::move(own[index]), [&, index](Records part) {
        parts[index] = std::move(part);
        --left;
      });
    });
    wait_until([&left] { return left == 0; });
    for (Records& part : parts) {
      found.pending += part.pending;
      if (part.stuck && !found.stuck) found.stuck = std::move(part.stuck);
    }
  }
}

// Somebody loaded may have stored what `route` cannot read.
bool Runtime::may_be_unreadable(const KindRoute& route) const {
  const KindContract& reader = route.generation->kind(route.kind_index);
  const auto writes_otherwise = [&reader](const Loaded& loaded) {
    const int index = loaded->kind_index(reader.name);
    return index >= 0 && !reader.reads(loaded->kind(index).schema);
  };
  return std::ranges::any_of(live_, writes_otherwise) ||
         std::ranges::any_of(former_, writes_otherwise);
}

// Looks at all of them, and again at what could not be dealt with, for as long as that may help.
Result<> Runtime::deal_with_unreadable(const Directory& target, int passes_max, const Look& look) {
  constexpr std::int64_t kBetweenUs = 50'000;
  lend_readers();
  std::vector<const KindRoute*> routes;
  for (const LoadedGeneration* generation : target.generations()) {
    for (const KindContract& kind : generation->contract().kinds) {
      const KindRoute* route = target.kind(kind.name);
      if (may_be_unreadable(*route)) routes.push_back(route);
    }
  }
  if (routes.empty()) return success();
  Result<> written = success();
  for (int pass = 0; pass < passes_max; ++pass) {
    written = env_.store.flush();  // only what is committed is listed
    Records found;
    for (const KindRoute* route : routes) look_at_unreadable(*route, look, found);
    if (written && found.pending == 0) return found.stuck ? *found.stuck : success();
    const std::int64_t until = env_.clock.steady_us() + kBetweenUs;
    wait_until([this, until] { return env_.clock.steady_us() >= until; });
  }
  if (!written) return written;
  return Error{Errc::unavailable,
               "stored entities could not be read, or not written anew, in time"};
}

// Who sleeps must be able to follow as well, or nobody moves. A store that fails holds nobody up:
// it may be why a rollback is urgent.
Result<> Runtime::try_sleepers(const Directory& target) {
  constexpr int kPassesMax = 4;
  const Result<> tried = deal_with_unreadable(
      target,
      kPassesMax,
      [&target](ShardRuntime& shard, std::vector<EntityId> ids, RecordsDone done) {
        shard.parts().upgrader.try_unreadable(std::move(ids), target, std::move(done));
      });
  return !tried && tried.error().code == Errc::unavailable ? success() : tried;
}

// A generation that goes back in schema cannot open what its successor stored. So that is written
// anew, dormant entities included, while the successor is still there to read it: from then on the
// host may be stopped, and the successor's code closed.
Result<> Runtime::rewrite_unreadable() {
  constexpr int kPassesMax = 40;
  return deal_with_unreadable(*directory_,
                              kPassesMax,
                              [](ShardRuntime& shard, std::vector<EntityId> ids, RecordsDone done) {
                                shard.parts().upgrader.rewrite_unreadable(std::move(ids),
                                                                          std::move(done));
                              });
}

void Runtime::rewrite_or_say() {
  const Result<> rewritten = rewrite_unreadable();
  if (!rewritten) env_.log.error("swap.records_unreadable", {{"error", rewritten.error().detail}});
}

}  // namespace serai
