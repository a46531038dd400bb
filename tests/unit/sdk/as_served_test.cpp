// Cases in which an earlier, separate test host differed from the host that serves players.
#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>

#include "camp.pb.h"
#include "serai/module.hpp"
#include "serai/testing/world.hpp"

using namespace std::chrono_literals;
using namespace serai::testing;
using serai::Player;
using serai::Status;

namespace vault {

using camp::Camp, camp::Light, camp::Nothing, camp::Toll, camp::View;

constexpr serai::Accounts kTowns{.prefix = "town:"};
constexpr serai::Call<Light, Nothing> kScatter{"vault", "svc_scatter"};
constexpr serai::Call<Nothing, View> kWho{"vault", "svc_who"};
constexpr serai::Call<Nothing> kBreak{"vault", "svc_break"};

// One transfer from the mint to as many accounts as asked for.
serai::Task<serai::Answer<Nothing>> on_scatter(Camp&, serai::Entity& entity, Light what) {
  serai::Transfer transfer("scatter:" + std::to_string(what.count()), "test");
  transfer.entry("mint", -what.count());
  for (std::int64_t i = 0; i < what.count(); ++i) transfer.entry(kTowns.of(std::to_string(i)), 1);
  const serai::Reply moved = co_await entity.transfer(transfer);
  if (!moved) co_return moved;
  co_return Nothing{};
}

// Pays; refuses a second later when `payer` is "fickle".
serai::Task<serai::Answer<Nothing>> on_pay(Camp&, serai::Entity& entity, Toll toll) {
  const serai::Reply moved = co_await entity.transfer(
      serai::Transfer(toll.idem_key(), "test").move("mint", "town:vault", toll.amount()));
  if (!moved) co_return moved;
  if (toll.payer() == "fickle") {
    co_await entity.sleep(1s);
    co_return serai::refuse("not_today");
  }
  co_return Nothing{};
}

serai::Answer<View> on_who(serai::Entity& entity) {
  View view;
  view.set_name(entity.caller().user_id);
  view.set_note(entity.caller().session_id);
  return view;
}

serai::Task<serai::Answer<View>> on_ask_who(Camp&, serai::Entity& entity, Nothing) {
  co_return co_await entity.call(kWho, "other", Nothing{});
}

serai::Reply on_break() { throw std::runtime_error("a broken lock"); }

constexpr auto kVault = serai::kind<Camp>(
    {.name = "vault"},
    serai::call(kScatter, on_scatter, {.creates = true}),
    serai::call(kWho, on_who, {.creates = true}),
    serai::call(kBreak, on_break, {.creates = true}),
    serai::rpc<Nothing>("rpc_who", on_who, {.key = serai::key::caller, .creates = true}),
    serai::rpc<Nothing>("rpc_ask_who", on_ask_who, {.key = serai::key::caller, .creates = true}),
    serai::rpc<Toll>("rpc_pay", on_pay, {.key = serai::key::caller, .creates = true}));

constexpr auto kModule = serai::module("vault", "1.0.0", kVault).accounts(kTowns);
constexpr serai_module kEntry = serai::entry_of<kModule>();

}  // namespace vault

namespace {

struct Vault {
  World world;
  Player ann = world.player("ann");
  Player bob = world.player("bob");

  Vault() { world.add(vault::kEntry); }
  Outcome scatter(std::int64_t accounts) {
    camp::Light what;
    what.set_count(accounts);
    return world.call({"vault", "a", "svc_scatter"}, what);
  }
  static camp::Toll toll(const std::string& payer) {
    camp::Toll toll;
    toll.set_payer(payer);
    toll.set_amount(5);
    toll.set_idem_key("once");
    return toll;
  }
};

}  // namespace

TEST_CASE("a transfer has a bounded number of entries", "[sdk][as-served]") {
  Vault vault;

  CHECK(vault.scatter(1023).ok());
  CHECK(vault.scatter(1024).status == Status::invalid_argument);
}

TEST_CASE("a transfer waits for the one that holds its key, and happens when that is undone",
          "[sdk][as-served]") {
  Vault vault;
  const Ticket first = vault.world.begin(vault.ann, "rpc_pay", Vault::toll("fickle"));
  const Ticket second = vault.world.begin(vault.bob, "rpc_pay", Vault::toll("steady"));

  CHECK_FALSE(vault.world.done(second));
  CHECK(vault.world.take(first).text == "not_today");
  CHECK(vault.world.take(second).ok());

  CHECK(vault.world.balance("town:vault") == 5);
}

TEST_CASE("an RPC over HTTP has a player and no session, and so has what it calls",
          "[sdk][as-served]") {
  Vault vault;

  for (const char* rpc : {"rpc_who", "rpc_ask_who"}) {
    const auto seen = vault.world.rpc(vault.ann, rpc, camp::Nothing()).as<camp::View>();
    CHECK(seen.name() == vault.ann.id);
    CHECK(seen.note().empty());
  }
}

TEST_CASE("an RPC that is keyed by its caller needs one", "[sdk][as-served]") {
  Vault vault;

  CHECK(vault.world.rpc(Player(), "rpc_who", camp::Nothing()).status == Status::unauthenticated);
  CHECK_FALSE(vault.world.exists("vault", ""));
}

TEST_CASE("a player is known by a UUID", "[sdk][as-served]") {
  Vault vault;

  CHECK_THROWS(vault.world.rpc(Player{"ann", "ann", ""}, "rpc_who", camp::Nothing()));
}

TEST_CASE("a handler that fails is in the log", "[sdk][as-served]") {
  Vault vault;

  CHECK_FALSE(vault.world.call({"vault", "a", "svc_break"}, camp::Nothing()).ok());

  const auto& logs = vault.world.logs();
  const auto line = std::ranges::find(logs, "handler.failed", &LogLine::event);
  REQUIRE(line != logs.end());
  CHECK(line->fields.at("rpc") == "svc_break");
  CHECK(line->fields.at("error") == "a broken lock");
}

TEST_CASE("JSON says nothing of fields that are not set", "[sdk][as-served]") {
  World world;
  world.load(SERAI_MODULE_camp);
  const Player ann = world.player("ann");
  camp::Pitch pitch;
  pitch.set_name("green");
  const std::string id = world.rpc(ann, "rpc_pitch", pitch).as<camp::Pitched>().camp_id();

  CHECK(world.rpc_text(ann, "rpc_look", R"({"camp_id":")" + id + R"("})").bytes ==
        R"({"name":"green","ticks":"1"})");
}
