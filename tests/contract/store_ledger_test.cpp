// Contract of the Store port: the ledger.
#include <catch2/catch.hpp>

#include "contract/store_world.hpp"

using namespace serai;
using namespace serai::testing;

namespace {

// The accounts that may be below zero, as the game's modules declare them.
bool may_owe(const std::string& account) {
  return account == "mint" || account == "sink" || account.starts_with("town:");
}

LedgerTransfer move_gold(const std::string& key,
                         const std::string& from,
                         const std::string& to,
                         std::int64_t amount) {
  return {.idem_key = key,
          .reason = "test",
          .entries = {{from, -amount, may_owe(from)}, {to, amount, may_owe(to)}}};
}

}  // namespace

TEST_CASE("a kept transfer moves money when its unit is committed", "[contract][ledger]") {
  auto world = each_lasting_store();

  REQUIRE(world->pay(move_gold("k1", "mint", "player:ann", 100)));
  REQUIRE(world->pay(move_gold("k2", "player:ann", "town:tyr", 30)));
  world->restart();

  CHECK(world->balance("player:ann") == 70);
  CHECK(world->balance("town:tyr") == 30);
  CHECK(world->balance("mint") == -100);
  CHECK(world->audit());
}

TEST_CASE("an account falls below zero only when its entry says that it may",
          "[contract][ledger]") {
  auto world = each_store();
  REQUIRE(world->pay(move_gold("k1", "mint", "player:ann", 10)));

  CHECK(world->pay(move_gold("k2", "player:ann", "sink", 11)).error().code ==
        Errc::failed_precondition);
  CHECK(world->pay(move_gold("k3", "escrow:c1", "sink", 1)).error().code ==
        Errc::failed_precondition);
  CHECK(world->pay(move_gold("k4", "town:tyr", "player:ann", 5)));
  CHECK(world->balance("player:ann") == 15);
  CHECK(world->audit());
}

TEST_CASE("what an account owes stays when another version says that it may not owe",
          "[contract][ledger]") {
  auto world = each_store();
  const LedgerTransfer strict{
      .idem_key = "k2", .reason = "test", .entries = {{"town:tyr", -1}, {"sink", 1, true}}};
  const LedgerTransfer back{
      .idem_key = "k3", .reason = "test", .entries = {{"player:ann", -2}, {"town:tyr", 2}}};
  REQUIRE(world->pay(move_gold("k1", "town:tyr", "player:ann", 5)));

  CHECK(world->pay(strict).error().code == Errc::failed_precondition);
  CHECK(world->pay(back));

  CHECK(world->balance("town:tyr") == -3);
  CHECK(world->audit());
}

TEST_CASE("entries that do not sum to zero are refused", "[contract][ledger]") {
  auto world = each_store();

  CHECK(world->pay({.idem_key = "k", .reason = "", .entries = {{"mint", -1}, {"sink", 2}}})
            .error()
            .code == Errc::invalid_argument);
  CHECK(world->pay({.idem_key = "", .reason = "", .entries = {{"mint", -1}, {"sink", 1}}})
            .error()
            .code == Errc::invalid_argument);
}

TEST_CASE("a key pays once for ever", "[contract][ledger]") {
  auto world = each_lasting_store();
  REQUIRE(world->pay(move_gold("reward:1", "mint", "player:ann", 10)));

  CHECK(world->pay(move_gold("reward:1", "mint", "player:ann", 10)));
  world->restart();
  CHECK(world->pay(move_gold("reward:1", "mint", "player:ann", 10)));
  CHECK(world->pay(move_gold("reward:1", "mint", "player:ann", 11)).error().code ==
        Errc::already_exists);

  CHECK(world->balance("player:ann") == 10);
}

TEST_CASE("held money cannot be spent twice, and dropped money can", "[contract][ledger]") {
  auto world = each_store();
  Store& store = world->store();
  REQUIRE(world->pay(move_gold("k1", "mint", "player:ann", 10)));
  const UnitId first = store.next_unit();
  const UnitId second = store.next_unit();

  REQUIRE(world->reserve(first, 1, move_gold("a", "player:ann", "sink", 8)));
  CHECK(world->balance("player:ann") == 2);
  CHECK_FALSE(world->reserve(second, 2, move_gold("b", "player:ann", "sink", 8)));
  store.cancel(first, 1);
  CHECK(world->balance("player:ann") == 10);
  CHECK(world->reserve(second, 3, move_gold("b", "player:ann", "sink", 8)));
  store.confirm(second, 3);
  store.finish(first);
  store.finish(second);
  REQUIRE(store.flush());

  CHECK(world->balance("player:ann") == 2);
  CHECK(world->audit());
}

TEST_CASE("a unit may spend what it has received itself", "[contract][ledger]") {
  auto world = each_store();
  Store& store = world->store();
  const UnitId unit = store.next_unit();

  REQUIRE(world->reserve(unit, 1, move_gold("in", "mint", "escrow:c1", 5)));
  REQUIRE(world->reserve(unit, 1, move_gold("on", "escrow:c1", "player:bob", 5)));
  store.confirm(unit, 1);
  store.finish(unit);
  REQUIRE(store.flush());

  CHECK(world->balance("player:bob") == 5);
  CHECK(world->balance("escrow:c1") == 0);
  CHECK(world->audit());
}

TEST_CASE("another's credit counts once its unit has ended, not before", "[contract][ledger]") {
  auto world = each_store();
  Store& store = world->store();
  const UnitId giver = store.next_unit();
  const UnitId taker = store.next_unit();
  REQUIRE(world->reserve(giver, 1, move_gold("in", "mint", "player:bob", 5)));
  store.confirm(giver, 1);

  CHECK_FALSE(world->reserve(taker, 2, move_gold("out", "player:bob", "sink", 5)));
  store.finish(giver);
  CHECK(world->reserve(taker, 2, move_gold("out", "player:bob", "sink", 5)));
  store.confirm(taker, 2);
  store.finish(taker);
  REQUIRE(store.flush());

  CHECK(world->balance("player:bob") == 0);
  CHECK(world->audit());
}

TEST_CASE("one key in two calls at once: the second waits, and pays only if the first did not",
          "[contract][ledger]") {
  auto world = each_store();
  Store& store = world->store();
  const bool first_keeps = GENERATE(true, false);
  const UnitId first = store.next_unit();
  const UnitId second = store.next_unit();
  REQUIRE(world->reserve(first, 1, move_gold("k", "mint", "player:ann", 5)));
  std::optional<Result<>> held;
  store.reserve(
      second, 2, move_gold("k", "mint", "player:ann", 5), world->where(), [&](Result<> result) {
        held.emplace(std::move(result));
      });
  CHECK(world->balance("mint") <= 0);
  CHECK_FALSE(held.has_value());

  first_keeps ? store.confirm(first, 1) : store.cancel(first, 1);
  world->run_until([&] { return held.has_value(); });
  CHECK(held->ok());
  store.confirm(second, 2);
  store.finish(second);
  store.finish(first);
  REQUIRE(store.flush());

  CHECK(world->balance("player:ann") == 5);
  CHECK(world->audit());
}

TEST_CASE("entity states and money of one unit are committed together", "[contract][ledger]") {
  auto world = each_lasting_store();
  Store& store = world->store();
  const UnitId unit = store.next_unit();
  REQUIRE(world->reserve(unit, 1, move_gold("k", "mint", "player:ann", 5)));
  store.confirm(unit, 1);
  store.stage(unit, entity_write({"character", "ann"}, "paid"), world->where(), [](auto) {});

  world->restart();

  CHECK(world->balance("player:ann") == 0);
  CHECK_FALSE(world->load({"character", "ann"}).has_value());
}
