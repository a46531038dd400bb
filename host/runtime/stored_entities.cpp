#include "runtime/stored_entities.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "model/placement.hpp"

namespace serai::runtime {
namespace {

constexpr std::uint32_t kPage = 1000;  // stored entities listed at a time
// A shard may export all entities of a page in one turn, while its players wait: for a page of 1000
// entities of 64 KB, 100 ms.
constexpr std::uint32_t kCheckedPage = 64;

// True for a kind whose entities must be in memory, so that their ticks and timers go off.
bool stays_awake(const abi::ModuleContract& contract, const abi::KindContract& kind) {
  if (kind.tick_hz != 0) return true;
  return std::ranges::any_of(contract.handlers, [&kind](const abi::HandlerContract& handler) {
    return handler.trigger == abi::Trigger::timer && handler.kind == kind.name;
  });
}

}  // namespace

Result<std::vector<EntityId>> StoredEntities::list_page(EntityQuery query) {
  std::optional<Result<std::vector<EntityId>>> page;
  env_.store.list(std::move(query), calls_.inbox(), [&page](Result<std::vector<EntityId>> ids) {
    page.emplace(std::move(ids));
  });
  calls_.inbox().wait_until([&page] { return page.has_value(); });
  return *std::move(page);
}

std::vector<std::vector<EntityId>> StoredEntities::by_shard(std::vector<EntityId> ids) const {
  std::vector<std::vector<EntityId>> out(calls_.shards().size());
  for (EntityId& id : ids) {
    out[shard_of(id.kind, id.key, env_.shards.count())].push_back(std::move(id));
  }
  return out;
}

// ---- Dormant entities -------------------------------------------------------------------------

Result<> StoredEntities::wake_kinds(const std::vector<LoadedGeneration*>& serving,
                                    const std::vector<LoadedGeneration*>& before) {
  for (const LoadedGeneration* generation : serving) {
    for (const abi::KindContract& kind : generation->contract().kinds) {
      if (!stays_awake(generation->contract(), kind)) continue;
      const bool stayed = std::ranges::any_of(before, [&kind](const LoadedGeneration* one) {
        const int index = one->kind_index(kind.name);
        return index >= 0 && stays_awake(one->contract(), one->kind(index));
      });
      if (stayed) continue;
      if (Result<> woken = wake_kind(kind.name); !woken) return woken;
    }
  }
  return success();
}

Result<> StoredEntities::wake_kind(const std::string& kind) {
  std::string after;
  for (bool more = true; more;) {
    Result<std::vector<EntityId>> page = list_page({kind, after, kPage});
    if (!page) return page.error();
    more = page->size() == kPage;
    if (!page->empty()) after = page->back().key;
    std::vector<std::vector<EntityId>> own = by_shard(*std::move(page));
    calls_.on_all(
        [&own](ShardRuntime& shard) { shard.parts().loader.wake(own[shard.shard().index()]); });
  }
  return success();
}

Result<> StoredEntities::redeliver_outbox() {
  std::optional<Result<std::vector<OutboxMessage>>> pending;
  env_.store.pending_outbox(calls_.inbox(),
                            [&pending](Result<std::vector<OutboxMessage>> messages) {
                              pending.emplace(std::move(messages));
                            });
  calls_.inbox().wait_until([&pending] { return pending.has_value(); });
  if (!*pending) return pending->error();
  ShardRuntime* first = calls_.shards().front().get();
  first->shard().post([first, messages = std::move(pending->value())]() mutable {
    first->parts().effects.redeliver(std::move(messages));
  });
  return success();
}

// ---- The journal -------------------------------------------------------------------------------

Result<> StoredEntities::recover_journal() {
  std::optional<Result<std::vector<JournalRow>>> rows;
  env_.store.journal(calls_.inbox(), [&rows](Result<std::vector<JournalRow>> read) {
    rows.emplace(std::move(read));
  });
  calls_.inbox().wait_until([&rows] { return rows.has_value(); });
  if (!*rows) return rows->error();
  JournalInputs inputs;
  std::vector<std::uint64_t> ids;
  for (const JournalRow& row : **rows) {
    if (const Result<> read = read_journal_row(row.bytes, inputs); read) {
      ids.push_back(row.id);
    } else {
      env_.log.error("journal.unreadable", {{"row", row.id}, {"error", read.error().detail}});
    }
  }
  std::vector<JournalInputs> own(calls_.shards().size());
  for (auto& [id, of_entity] : inputs) {
    journaled_.push_back(id);
    own[shard_of(id.kind, id.key, env_.shards.count())].emplace(id, std::move(of_entity));
  }
  const auto recovered = std::make_shared<RecoveredRows>(std::move(ids), env_.shards.count());
  calls_.on_all([&own, &recovered](ShardRuntime& shard) {
    shard.parts().journal.recover(std::move(own[shard.shard().index()]), recovered);
  });
  return success();
}

void StoredEntities::wake_journaled() {
  std::vector<std::vector<EntityId>> own = by_shard(std::exchange(journaled_, {}));
  calls_.on_all(
      [&own](ShardRuntime& shard) { shard.parts().loader.wake(own[shard.shard().index()]); });
}

// ---- Stored entities that no serving generation can read --------------------------------------

// Sets all loaded generations as readers on each shard, because one generation may read an entity
// that another cannot.
void StoredEntities::lend_readers() {
  std::vector<LoadedGeneration*> readers;
  for (const auto* loaded : {&generations_.live(), &generations_.former()}) {
    for (const Generations::Loaded& one : *loaded) readers.push_back(one.get());
  }
  calls_.on_all([&readers](ShardRuntime& shard) { shard.parts().upgrader.set_readers(readers); });
}

void StoredEntities::check_kind(const KindRoute& route, const Check& check, StoredCheck& found) {
  const abi::KindContract& reader = route.generation->kind(route.kind_index);
  std::string after;
  for (bool more = true; more;) {
    Result<std::vector<EntityId>> page =
        list_page({reader.name, after, kCheckedPage, reader.reads_min, reader.reads_max});
    if (!page) {
      ++found.pending;
      return;
    }
    more = page->size() == kCheckedPage;
    if (!page->empty()) after = page->back().key;
    std::vector<std::vector<EntityId>> own = by_shard(*std::move(page));
    std::vector<StoredCheck> parts(own.size());
    calls_.until_all_done([&](ShardRuntime& shard, Work done) {
      const std::uint32_t index = shard.shard().index();
      // Shared, because RecordsDone must be copyable and Work is not.
      const auto ended = std::make_shared<Work>(std::move(done));
      check(shard, std::move(own[index]), [&part = parts[index], ended](StoredCheck result) {
        part = std::move(result);
        (*ended)();
      });
    });
    for (StoredCheck& part : parts) {
      found.pending += part.pending;
      if (part.stuck && !found.stuck) found.stuck = std::move(part.stuck);
    }
  }
}

// True when a loaded generation may have stored entities that the route's generation cannot read.
bool StoredEntities::may_be_unreadable(const KindRoute& route) const {
  const abi::KindContract& reader = route.generation->kind(route.kind_index);
  const auto writes_otherwise = [&reader](const Generations::Loaded& loaded) {
    const int index = loaded->kind_index(reader.name);
    return index >= 0 && !reader.reads(loaded->kind(index).schema);
  };
  return std::ranges::any_of(generations_.live(), writes_otherwise) ||
         std::ranges::any_of(generations_.former(), writes_otherwise);
}

std::vector<const KindRoute*> StoredEntities::unreadable_routes(const Directory& target) const {
  std::vector<const KindRoute*> routes;
  for (const LoadedGeneration* generation : target.generations()) {
    for (const abi::KindContract& kind : generation->contract().kinds) {
      const KindRoute* route = target.kind(kind.name);
      if (may_be_unreadable(*route)) routes.push_back(route);
    }
  }
  return routes;
}

// Checks the stored entities of each kind that may have unreadable ones. Repeats this while some
// are pending, `passes_max` times at most; then the error is unavailable.
Result<> StoredEntities::check_all(const Directory& target, int passes_max, const Check& check) {
  constexpr std::int64_t kBetweenUs = 50'000;
  lend_readers();
  const std::vector<const KindRoute*> routes = unreadable_routes(target);
  if (routes.empty()) return success();
  Result<> written = success();
  for (int pass = 0; pass < passes_max; ++pass) {
    written = env_.store.flush();  // because the store lists committed entities only
    StoredCheck found;
    for (const KindRoute* route : routes) check_kind(*route, check, found);
    if (written && found.pending == 0) return found.stuck ? *found.stuck : success();
    calls_.inbox().wait_until([] { return false; }, env_.clock.steady_us() + kBetweenUs);
  }
  if (!written) return written;
  return Error{Errc::unavailable, "stored entities could not all be read and rewritten in time"};
}

Result<> StoredEntities::try_sleepers(const Directory& target) {
  constexpr int kPassesMax = 4;
  const Result<> tried =
      check_all(target,
                kPassesMax,
                [&target](ShardRuntime& shard, const std::vector<EntityId>& ids, RecordsDone done) {
                  shard.parts().upgrader.try_unreadable(ids, target, std::move(done));
                });
  return !tried && tried.error().code == Errc::unavailable ? success() : tried;
}

Result<> StoredEntities::rewrite_unreadable(const Directory& serving) {
  constexpr int kPassesMax = 40;
  return check_all(serving,
                   kPassesMax,
                   [](ShardRuntime& shard, const std::vector<EntityId>& ids, RecordsDone done) {
                     shard.parts().upgrader.rewrite_unreadable(ids, std::move(done));
                   });
}

}  // namespace serai::runtime
