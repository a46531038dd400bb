// Contract of the Store port: entities, units, outbox, answers, facts.
#include <catch2/catch.hpp>

#include "contract/store_world.hpp"

using namespace serai;
using namespace serai::testing;

namespace {

const EntityId kAnnsEntity{"character", "ann"};
const EntityId kBobsEntity{"character", "bob"};

}  // namespace

TEST_CASE("an entity that was never written is not there", "[contract][entities]") {
  auto world = each_store();

  CHECK_FALSE(world->load(kAnnsEntity).has_value());
}

TEST_CASE("a committed entity comes back whole, after a restart too", "[contract][entities]") {
  auto world = each_lasting_store();
  Writes writes = entity_write(kAnnsEntity, std::string("\0state\xff", 7));
  writes.entities.back().host_state = "timers";
  writes.entities.back().schema = 7;

  REQUIRE(world->commit(std::move(writes)));
  world->restart();

  const auto record = world->load(kAnnsEntity);
  REQUIRE(record.has_value());
  CHECK(record->state == std::string("\0state\xff", 7));
  CHECK(record->host_state == "timers");
  CHECK(record->schema == 7);
  CHECK(record->module_version == "1.0.0");
}

TEST_CASE("an erased entity is gone, and can come again", "[contract][entities]") {
  auto world = each_store();
  REQUIRE(world->commit(entity_write(kAnnsEntity, "one")));
  Writes erase;
  erase.erased.push_back(kAnnsEntity);

  REQUIRE(world->commit(std::move(erase)));
  CHECK_FALSE(world->load(kAnnsEntity).has_value());
  REQUIRE(world->commit(entity_write(kAnnsEntity, "two")));
  CHECK(world->load(kAnnsEntity)->state == "two");
}

TEST_CASE("a load sees what is staged, committed or not", "[contract][entities]") {
  auto world = each_store();
  Store& store = world->store();
  const UnitId unit = store.next_unit();
  std::optional<Result<>> committed;
  store.stage(unit, entity_write(kAnnsEntity, "staged"), world->where(), [&](Result<> result) {
    committed.emplace(std::move(result));
  });

  CHECK(world->load(kAnnsEntity)->state == "staged");
  CHECK_FALSE(committed.has_value());

  store.finish(unit);
  world->run_until([&] { return committed.has_value(); });
  CHECK(committed->ok());
}

TEST_CASE("an unfinished unit is lost with the store, and its writer hears so",
          "[contract][units]") {
  auto world = each_lasting_store();
  Store& store = world->store();
  std::optional<Result<>> committed;
  store.stage(
      store.next_unit(), entity_write(kAnnsEntity, "never"), world->where(), [&](Result<> result) {
        committed.emplace(std::move(result));
      });

  world->restart();

  world->run_until([&] { return committed.has_value(); });
  CHECK(committed->error().code == Errc::unavailable);
  CHECK_FALSE(world->load(kAnnsEntity).has_value());
}

TEST_CASE("a unit that builds on an unfinished one waits for it", "[contract][units]") {
  auto world = each_store();
  Store& store = world->store();
  const UnitId first = store.next_unit();
  const UnitId second = store.next_unit();
  int answers = 0;
  const auto count = [&](const Result<>& result) { answers += result.ok() ? 1 : 100; };
  store.stage(first, entity_write(kAnnsEntity, "first"), world->where(), count);
  store.stage(second, entity_write(kAnnsEntity, "second"), world->where(), count);
  store.finish(second);

  REQUIRE(store.flush());
  CHECK_FALSE(world->where().run_one());

  store.finish(first);
  world->run_until([&] { return answers == 2; });
  CHECK(world->load(kAnnsEntity)->state == "second");
}

TEST_CASE("a part staged after its unit's end is committed on its own", "[contract][units]") {
  auto world = each_store();
  Store& store = world->store();
  const UnitId unit = store.next_unit();
  store.finish(unit);

  const auto late = world->ask<Unit>([&](Store& s, Executor& e, auto answer) {
    s.stage(unit, entity_write(kAnnsEntity, "late"), e, std::move(answer));
  });

  CHECK(late.ok());
  CHECK(world->load(kAnnsEntity)->state == "late");
}

TEST_CASE("entities of a kind are listed in key order, page by page", "[contract][entities]") {
  auto world = each_store();
  for (const char* key : {"c", "", "a", "b"}) {
    REQUIRE(world->commit(entity_write({"town", key}, "x")));
  }
  REQUIRE(world->commit(entity_write({"tower", "a"}, "x")));
  const auto list = [&](const EntityQuery& query) {
    auto ids = world->ask<std::vector<EntityId>>(
        [&](Store& s, Executor& e, auto answer) { s.list(query, e, std::move(answer)); });
    std::string keys;
    for (const EntityId& id : *ids) keys += id.key + ";";
    return keys;
  };

  CHECK(list({"town", "", 2}) == ";a;");
  CHECK(list({"town", "a", 2}) == "b;c;");
  CHECK(list({"town", "c", 2}).empty());
}

TEST_CASE("entities can be listed without those of some schemas", "[contract][entities]") {
  auto world = each_store();
  std::uint32_t schema = 1;
  for (const char* key : {"a", "b", "c", "d"}) {
    Writes writes = entity_write({"town", key}, "x");
    writes.entities.front().schema = schema++;
    REQUIRE(world->commit(std::move(writes)));
  }
  const auto ids = world->ask<std::vector<EntityId>>([&](Store& s, Executor& e, auto answer) {
    s.list({"town", "", 9, 2, 3}, e, std::move(answer));
  });
  CHECK(*ids == std::vector<EntityId>{{"town", "a"}, {"town", "d"}});
}

TEST_CASE("a row of the journal is there until a unit says that it is done",
          "[contract][journal]") {
  auto world = each_lasting_store();
  const auto ids = [&] {
    std::vector<std::uint64_t> found;
    const auto rows = *world->ask<std::vector<JournalRow>>(
        [](Store& s, Executor& e, auto answer) { s.journal(e, std::move(answer)); });
    for (const JournalRow& row : rows) {
      CHECK(row.bytes == std::string("\0x", 2) + std::to_string(row.id));
      found.push_back(row.id);
    }
    return found;
  };
  const std::uint64_t first = world->store().next_journal_row();
  const std::uint64_t second = world->store().next_journal_row();
  Writes writes;
  for (const std::uint64_t id : {first, second}) {
    writes.journal.push_back({id, std::string("\0x", 2) + std::to_string(id)});
  }
  REQUIRE(world->commit(std::move(writes)));
  world->restart();
  CHECK(ids() == std::vector{first, second});

  Writes done;
  done.journal_done = {first, 12345};
  REQUIRE(world->commit(std::move(done)));
  CHECK(ids() == std::vector{second});
  CHECK(world->store().next_journal_row() > second);
}

TEST_CASE("a message is pending until the unit that consumed it is committed",
          "[contract][outbox]") {
  auto world = each_lasting_store();
  Store& store = world->store();
  Writes produce;
  const std::uint64_t id = store.next_outbox_id();
  produce.outbox.push_back({.id = id,
                            .target = kBobsEntity,
                            .handler = "svc_grant",
                            .payload = std::string("\0x", 2),
                            .caller_kind = "battle",
                            .caller_key = "b1",
                            .user_id = "u1"});
  const auto pending = [&] {
    return *world->ask<std::vector<OutboxMessage>>(
        [](Store& s, Executor& e, auto answer) { s.pending_outbox(e, std::move(answer)); });
  };

  REQUIRE(world->commit(std::move(produce)));
  world->restart();
  const auto messages = pending();
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].id == id);
  CHECK(messages[0].target == kBobsEntity);
  CHECK(messages[0].handler == "svc_grant");
  CHECK(messages[0].payload == std::string("\0x", 2));
  CHECK(messages[0].caller_key == "b1");
  CHECK(messages[0].user_id == "u1");

  Writes consume = entity_write(kBobsEntity, "granted");
  consume.outbox_done.push_back(id);
  REQUIRE(world->commit(std::move(consume)));
  CHECK(pending().empty());
}

TEST_CASE("ids of units and messages are never given twice, over restarts", "[contract][units]") {
  auto world = each_lasting_store();
  const UnitId unit = world->store().next_unit();
  const std::uint64_t message = world->store().next_outbox_id();

  world->restart();

  CHECK(world->store().next_unit() > unit);
  CHECK(world->store().next_outbox_id() > message);
}

TEST_CASE("an idempotent answer is found until its retention ends", "[contract][answers]") {
  auto world = each_store();
  const auto find = [&](const std::string& key) {
    return *world->ask<std::optional<IdempotentAnswer>>([&](Store& s, Executor& e, auto answer) {
      s.find_answer("ann/rpc_trade", key, e, std::move(answer));
    });
  };
  Writes writes;
  writes.answers.push_back({.scope = "ann/rpc_trade",
                            .key = "k1",
                            .request_hash = 0xfedcba9876543210ULL,
                            .status = 9,
                            .payload = "no"});

  REQUIRE(world->commit(std::move(writes)));

  const auto found = find("k1");
  REQUIRE(found.has_value());
  CHECK(found->request_hash == 0xfedcba9876543210ULL);
  CHECK(found->status == 9);
  CHECK(found->payload == "no");
  CHECK_FALSE(find("k2").has_value());

  world->clock().advance_ms(49LL * 3600 * 1000);
  CHECK_FALSE(find("k1").has_value());
}

TEST_CASE("a fact is what was put last", "[contract][facts]") {
  auto world = each_lasting_store();
  const auto put = [&](const std::string& value) {
    return world->ask<Unit>([&](Store& s, Executor& e, auto answer) {
      s.put_fact("release.committed", value, e, std::move(answer));
    });
  };
  const auto get = [&] {
    return *world->ask<std::optional<std::string>>([&](Store& s, Executor& e, auto answer) {
      s.get_fact("release.committed", e, std::move(answer));
    });
  };

  CHECK_FALSE(get().has_value());
  REQUIRE(put("v1.0.0"));
  REQUIRE(put("v1.1.0"));
  world->restart();

  CHECK(get() == "v1.1.0");
}

TEST_CASE("a healthy store answers ping", "[contract]") {
  auto world = each_store();

  CHECK(world->ask<Unit>([](Store& s, Executor& e, auto answer) { s.ping(e, std::move(answer)); }));
}

TEST_CASE("of two units that answer under one key, one is stored", "[contract][answers]") {
  const bool at_once = GENERATE(true, false);
  auto world = each_store();
  Store& store = world->store();
  std::vector<std::optional<Result<>>> done(2);
  const std::vector<EntityId> who{kAnnsEntity, kBobsEntity};
  for (std::size_t i = 0; i < 2; ++i) {
    const UnitId unit = store.next_unit();
    Writes writes = entity_write(who[i], "done");
    writes.answers.push_back(
        {.scope = "ann/rpc_trade", .key = "k", .request_hash = i, .status = 0, .payload = "ok"});
    store.stage(unit, entity_write({"town", who[i].key}, "done"), world->where(), [](Result<>) {});
    store.stage(unit, std::move(writes), world->where(), [&, i](Result<> result) {
      done[i].emplace(std::move(result));
    });
    store.finish(unit);
    if (!at_once) world->run_until([&] { return done[i].has_value(); });
  }
  world->run_until([&] { return done[0].has_value() && done[1].has_value(); });

  CHECK(done[0]->ok());
  REQUIRE_FALSE(done[1]->ok());
  CHECK(done[1]->error().code == Errc::failed_precondition);
  CHECK(done[1]->error().kind == ErrorKind::idempotency_mismatch);
  CHECK(world->load(kAnnsEntity).has_value());
  CHECK_FALSE(world->load(kBobsEntity).has_value());
  CHECK_FALSE(world->load({"town", "bob"}).has_value());
  const auto found =
      *world->ask<std::optional<IdempotentAnswer>>([](Store& s, Executor& e, auto answer) {
        s.find_answer("ann/rpc_trade", "k", e, std::move(answer));
      });
  REQUIRE(found.has_value());
  CHECK(found->request_hash == 0);
}
