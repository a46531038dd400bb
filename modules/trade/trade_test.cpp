#include "testing/game.hpp"

using namespace game_test;
using trade::Caravan;

namespace {

trade::QuoteTrade quote(const std::string& town, const std::string& good, int quantity) {
  trade::QuoteTrade request;
  request.set_town(town);
  request.set_good(good);
  request.set_quantity(quantity);
  return request;
}

}  // namespace

TEST_CASE("the markets list every town and every road", "[trade]") {
  Game game;

  const auto markets =
      game.ok<trade::Markets>(game.world.player("ann"), "rpc_list_markets", trade::ListMarkets{});

  CHECK(markets.towns_size() == 4);
  CHECK(markets.towns(0).goods_size() == 4);
  CHECK(markets.segments_size() == 8);
}

TEST_CASE("what is quoted is what is paid, and the next piece costs more", "[trade]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string id = game.load_caravan(ann, "harbor", {game.create(ann, "Ann", "guard")});
  const auto quoted = game.ok<trade::Quote>(ann, "rpc_quote_trade", quote("harbor", "cloth", 10));

  const auto bought = game.buy(ann, id, "cloth", 10).as<trade::Executed>();

  CHECK(bought.total() == quoted.total());
  CHECK(game.gold(ann) == 1000 - quoted.total());
  CHECK(bought.gold() == game.gold(ann));
  CHECK(bought.caravan().cargo(0).quantity() == 10);
  CHECK(game.ok<trade::Quote>(ann, "rpc_quote_trade", quote("harbor", "cloth", 10)).total() >
        quoted.total());
  game.check_invariants();
}

TEST_CASE("a trade that cannot be is refused and moves nothing", "[trade]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string id = game.load_caravan(ann, "harbor", {game.create(ann, "Ann", "guard")});

  CHECK(game.refusal(ann, "rpc_quote_trade", quote("moon", "grain", 1)) == "unknown_town");
  CHECK(game.refusal(ann, "rpc_quote_trade", quote("harbor", "cheese", 1)) == "unknown_good");
  CHECK(game.buy(ann, id, "grain", 0).code() == "quantity_too_small");
  CHECK(game.buy(ann, id, "grain", 501).code() == "quantity_too_large");
  CHECK(game.buy(ann, id, "iron", 41).code() == "out_of_stock");
  CHECK(game.buy(ann, id, "spice", 50).code() == "not_enough_gold");
  CHECK(game.sell(ann, id, "grain", 1).code() == "not_in_cargo");
  CHECK(game.buy(game.world.player("bob"), id, "grain", 1).code() == "not_yours");
  trade::ExecuteTrade limited;
  limited.set_caravan_id(id);
  limited.set_good("grain");
  limited.set_quantity(10);
  limited.set_limit(10);
  CHECK(game.refusal(ann, "rpc_execute_trade", limited) == "price_moved");
  trade::QuoteTrade odd = quote("harbor", "grain", 1);
  odd.set_side(static_cast<trade::Side>(2));  // a number without a name
  CHECK(game.refusal(ann, "rpc_quote_trade", odd) == "unknown_side");
  limited.set_limit(0);
  limited.set_side(odd.side());
  CHECK(game.refusal(ann, "rpc_execute_trade", limited) == "unknown_side");
  CHECK(game.gold(ann) == 1000);
  game.check_invariants();
}

TEST_CASE("a caravan that may not leave keeps its guards free", "[trade]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string guard = game.create(ann, "Ann", "guard");
  trade::CreateCaravan create;
  create.set_town("harbor");
  CHECK(game.refusal(ann, "rpc_create_caravan", create) == "no_guards");
  for (int n = 0; n < 4; ++n) create.add_guards(std::to_string(n));
  CHECK(game.refusal(ann, "rpc_create_caravan", create) == "too_many_guards");
  const std::string id = game.load_caravan(ann, "harbor", {guard});

  CHECK(game.depart(ann, id, {}).code() == "path_empty");
  CHECK(game.depart(ann, id, {"oasis_citadel"}).code() == "path_broken");
  CHECK(game.character(guard).status() == character::Character::IDLE);
  CHECK(game.resolve(ann, id, trade::ResolveAmbush::PAY).code() == "not_ambushed");

  REQUIRE(game.depart(ann, id, {"harbor_oasis"}).ok());
  CHECK(game.depart(ann, id, {"harbor_oasis"}).code() == "already_departed");
  CHECK(game.buy(ann, id, "grain", 1).code() == "not_in_town");
  game.check_invariants();
}

TEST_CASE("a caravan travels, sells everything, and opens its seed", "[trade]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string guard = game.create(ann, "Ann", "guard");
  const std::string id = game.load_caravan(ann, "harbor", {guard});
  REQUIRE(game.buy(ann, id, "grain", 20).ok());
  const auto left = game.depart(ann, id, {"harbor_oasis"}).as<trade::CaravanView>();
  CHECK(left.risk_commitment().size() == 64);
  CHECK(left.risk_seed().empty());
  CHECK(left.gold() == game.gold(ann));
  CHECK(left.gold() < 1000 - 20);
  CHECK(game.character(guard).status_ref() == "caravan:" + id);

  game.bring_home(ann, id);
  CHECK(game.caravan(id).town() == "oasis");
  CHECK(game.character(guard).status() == character::Character::IDLE);
  CHECK(game.world.balance("escrow:" + id) == 0);
  const int aboard = game.caravan(id).cargo(0).quantity();
  const auto sold = game.sell(ann, id, "grain", aboard).as<trade::Executed>();

  CHECK(sold.gold() == game.gold(ann));
  CHECK(sold.caravan().state() == Caravan::CLOSED);
  CHECK(sold.caravan().risk_seed().size() == 16);
  game.check_invariants();
}

TEST_CASE("an ambush is won by arms and the caravan goes on", "[trade]") {
  Game game(3);
  const Player ann = game.world.player("ann");
  const std::string guard = game.create(ann, "Ann", "guard");
  const std::string id = game.ambushed_caravan(ann, guard);
  CHECK(game.world.notices().back().subject == "caravan_ambushed");

  const auto view = game.resolve(ann, id, trade::ResolveAmbush::FIGHT).as<trade::CaravanView>();
  CHECK(view.gold() == game.gold(ann));
  CHECK(view.match_id() == view.battle_id() + ".battle");
  CHECK(game.character(guard).status_ref() == "battle:" + view.battle_id());
  CHECK(game.resolve(ann, id, trade::ResolveAmbush::PAY).code() == "already_fighting");
  game.check_invariants();
  game.play_out(view.battle_id());
  game.world.advance(1s);

  const bool won = game.battle(view.battle_id()).winner() == 0;
  CHECK(game.caravan(id).state() == Caravan::ARRIVED);
  CHECK(game.caravan(id).losses().empty() == won);
  CHECK(game.character(guard).status() == character::Character::IDLE);
  game.check_invariants();
}

TEST_CASE("a lost fight costs half the cargo", "[trade]") {
  Game game(4);
  const Player ann = game.world.player("ann");
  const std::string id = game.ambushed_caravan(ann, game.create(ann, "Ann", "guard"));
  const auto view = game.resolve(ann, id, trade::ResolveAmbush::FIGHT).as<trade::CaravanView>();
  battle::SurrenderBattle surrender;
  surrender.set_battle_id(view.battle_id());

  game.ok<battle::View>(ann, "rpc_surrender_battle", surrender);
  game.world.advance(1s);

  CHECK(game.caravan(id).cargo(0).quantity() == 1);
  CHECK(game.caravan(id).losses(0).quantity() == 1);
  CHECK(game.caravan(id).state() == Caravan::ARRIVED);
  game.check_invariants();
}

TEST_CASE("a ransom buys the way free", "[trade]") {
  Game game(5);
  const Player ann = game.world.player("ann");
  const std::string id = game.ambushed_caravan(ann, game.create(ann, "Ann", "guard"));

  const auto paid = game.resolve(ann, id, trade::ResolveAmbush::PAY).as<trade::CaravanView>();

  CHECK(game.world.balance("sink") == 40 * 12 / 100);
  CHECK(paid.state() == Caravan::ARRIVED);
  CHECK(paid.gold() == game.gold(ann));
  game.check_invariants();
}

TEST_CASE("what comes back from the escrow is in the gold an answer says", "[trade]") {
  Game game(5);
  const Player ann = game.world.player("ann");
  const std::string id = game.ambushed_caravan(ann, game.create(ann, "Ann", "guard"));
  game.world.fund("escrow:" + id, 7);  // as after a toll that could not be paid
  const std::int64_t before = game.gold(ann);

  const auto paid = game.resolve(ann, id, trade::ResolveAmbush::PAY).as<trade::CaravanView>();

  CHECK(paid.gold() == before - 40 * 12 / 100 + 7);
  CHECK(paid.gold() == game.gold(ann));
}

TEST_CASE("flight gets away, or costs a fifth and a fight", "[trade]") {
  bool escaped = false;
  bool caught = false;
  for (std::uint64_t seed = 1; seed < 30 && !(escaped && caught); ++seed) {
    Game game(seed);
    const Player ann = game.world.player("ann");
    const std::string id = game.ambushed_caravan(ann, game.create(ann, "Ann", "guard"));
    const auto view = game.resolve(ann, id, trade::ResolveAmbush::FLEE).as<trade::CaravanView>();
    CHECK(view.gold() == game.gold(ann));
    if (view.battle_id().empty()) {
      escaped = true;
      CHECK(view.losses().empty());
    } else {
      caught = true;
      CHECK(view.losses(0).quantity() == 1);
      game.play_out(view.battle_id());
    }
    game.check_invariants();
  }
  CHECK(escaped);
  CHECK(caught);
}

TEST_CASE("a guard under way fights for its caravan alone", "[trade]") {
  Game game(6);
  const Player ann = game.world.player("ann");
  const std::string guard = game.create(ann, "Ann", "guard");
  const std::string id = game.ambushed_caravan(ann, guard);
  battle::StartBattle elsewhere;  // a guard in another battle cannot be caught in flight
  elsewhere.set_idem_key("elsewhere");
  elsewhere.set_kind(game::CreateBattle::PVP);
  elsewhere.add_character_ids(guard);

  CHECK(game.refusal(ann, "rpc_start_battle", elsewhere) == "character_busy");

  CHECK(game.resolve(ann, id, trade::ResolveAmbush::FIGHT).ok());
}

TEST_CASE("an ambush nobody answers ends by itself", "[trade]") {
  Game game(6);
  const Player ann = game.world.player("ann");
  const std::string guard = game.create(ann, "Ann", "guard");
  const std::string id = game.ambushed_caravan(ann, guard);

  game.world.advance(10min);

  CHECK(game.caravan(id).state() == Caravan::ARRIVED);
  CHECK(game.character(guard).status() == character::Character::IDLE);
  game.check_invariants();
}

TEST_CASE("towns make goods again, hour by hour, up to what they were founded with", "[trade]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string id = game.load_caravan(ann, "harbor", {game.create(ann, "Ann", "guard")});
  REQUIRE(game.buy(ann, id, "grain", 3).ok());

  game.world.advance(2min);
  game.check_invariants();
  game.world.advance(1h);
  game.check_invariants();

  const auto harbor = game.world.state<trade::Town>("town", "harbor");
  for (const trade::Good& good : harbor.goods()) {
    if (good.good() == "grain") CHECK((good.stock() == 300 && good.produced() == 3));
  }
}

TEST_CASE("guards who do not exist, or are another's, are refused at once", "[trade]") {
  Game game;
  const Player ann = game.world.player("ann");
  trade::CreateCaravan create;
  create.set_town("harbor");
  create.add_guards(std::string(1000, 'x'));
  CHECK(game.refusal(ann, "rpc_create_caravan", create) == "unknown_guard");  // has no roster yet

  game.create(ann, "Ann", "guard");
  CHECK(game.refusal(ann, "rpc_create_caravan", create) == "unknown_guard");
  create.set_guards(0, game.create(game.world.player("bob"), "Bob", "mage"));
  CHECK(game.refusal(ann, "rpc_create_caravan", create) == "unknown_guard");
  CHECK(game.world.keys("caravan").empty());
}

TEST_CASE("a player has so many caravans open, and another one when one is closed", "[trade]") {
  Game game({.config = {{"caravans_max", "2"}}});
  const Player ann = game.world.player("ann");
  const std::string guard = game.create(ann, "Ann", "guard");
  const std::string first = game.load_caravan(ann, "harbor", {guard});
  game.load_caravan(ann, "harbor", {guard});
  trade::CreateCaravan third;
  third.set_town("harbor");
  third.add_guards(guard);
  CHECK(game.refusal(ann, "rpc_create_caravan", third) == "too_many_caravans");

  REQUIRE(game.depart(ann, first, {"harbor_oasis"}).ok());
  game.bring_home(ann, first);
  REQUIRE(game.caravan(first).state() == Caravan::CLOSED);
  game.world.advance(1s);

  third.set_idem_key("again");
  game.ok<trade::CaravanView>(ann, "rpc_create_caravan", third);
  game.check_invariants();
}

TEST_CASE("an order that cannot be paid does not come to hold the town", "[trade]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string id = game.load_caravan(ann, "harbor", {game.create(ann, "Ann", "guard")});
  game.world.forget();

  CHECK(game.buy(ann, id, "spice", 50).code() == "not_enough_gold");

  for (const serai::testing::LogLine& line : game.world.logs()) CHECK(line.event != "trade.unpaid");
}
