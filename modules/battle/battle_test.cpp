#include "testing/game.hpp"

using namespace game_test;
using battle::Battle;

namespace {

battle::StartBattle pvp(const std::string& hero, const std::string& idem_key = "k") {
  battle::StartBattle request;
  request.set_idem_key(idem_key);
  request.add_character_ids(hero);
  return request;
}

// Ann and Bob face each other, joined and placed.
std::string start_duel(Game& game) {
  const Player ann = game.world.player("ann");
  const Player bob = game.world.player("bob");
  const auto started =
      game.ok<battle::Started>(ann, "rpc_start_battle", pvp(game.create(ann, "Ann", "guard")));
  battle::JoinBattle join;
  join.set_battle_id(started.battle_id());
  join.add_character_ids(game.create(bob, "Bob", "scout"));
  CHECK(game.ok<battle::Started>(bob, "rpc_join_battle", join).state() == Battle::PLACEMENT);
  REQUIRE(game.world.join(ann, started.match_id()).ok());
  REQUIRE(game.world.join(bob, started.match_id()).ok());
  return started.battle_id();
}

void both_ready(Game& game, const std::string& id) {
  game.world.data(game.world.player("ann"), id + ".battle", 4, battle::Ready{});
  game.world.data(game.world.player("bob"), id + ".battle", 4, battle::Ready{});
}

}  // namespace

TEST_CASE("a battle against bandits is fought by socket, settled, and pays once", "[battle]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string hero = game.create(ann, "Ann", "guard");
  const std::string id = game.start_pve(ann, hero, 1, 1);
  CHECK(game.character(hero).status_ref() == "battle:" + id);

  game.play_out(id);

  const Battle over = game.battle(id);
  REQUIRE(over.winner() == 0);
  CHECK(game.gold(ann) == 1000 + 10);
  CHECK(game.character(hero).xp() == 20);
  CHECK(game.character(hero).status() == character::Character::IDLE);
  CHECK(game.world.count("battle_end") == 1);
  CHECK(game.world.count("battle_settled") == 1);
  game.world.advance(1min);
  CHECK(game.gold(ann) == 1000 + 10);
  game.check_invariants();
  game.world.advance(20min);
  CHECK_FALSE(game.world.exists("battle", id));
}

TEST_CASE("a start that is not allowed locks nobody", "[battle]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string hero = game.create(ann, "Ann", "guard");
  const std::string other = game.create(game.world.player("bob"), "Bob", "guard");
  const auto refused = [&](const battle::StartBattle& request) {
    return game.refusal(ann, "rpc_start_battle", request);
  };
  battle::StartBattle request = pvp(hero);
  request.set_kind(game::CreateBattle::AMBUSH);
  CHECK(refused(request) == "kind_not_startable");
  request.set_kind(game::CreateBattle::PVE);
  CHECK(refused(request) == "enemies_out_of_range");
  request.set_enemies(2);
  CHECK(refused(request) == "enemy_level_out_of_range");
  request.set_enemy_level(1);
  request.add_character_ids(hero);
  CHECK(refused(request) == "fighter_named_twice");
  request.set_character_ids(1, other);
  CHECK(refused(request) == "not_yours");
  request.clear_character_ids();
  CHECK(refused(request) == "no_fighters");
  for (int n = 0; n < 6; ++n) request.add_character_ids(std::to_string(n));
  CHECK(refused(request) == "too_many_fighters");

  CHECK(game.character(hero).status() == character::Character::IDLE);
  CHECK(game.world.keys("battle").empty());
}

TEST_CASE("two players place, are ready, and fight to the end", "[battle]") {
  Game game;
  const std::string id = start_duel(game);
  const Player ann = game.world.player("ann");
  battle::Place place;
  place.set_unit(1);
  place.set_x(0);
  place.set_y(4);
  game.world.data(ann, id + ".battle", 3, place);
  CHECK(game.battle(id).units(0).y() == 4);
  place.set_unit(2);
  game.world.data(ann, id + ".battle", 3, place);
  CHECK(game.world.last<battle::Refused>("battle_refused").code() == "not_your_unit");

  const auto label = [&] { return game.world.label(id + ".battle"); };
  CHECK(label() == R"({"kind":"PVP","state":"PLACEMENT"})");
  both_ready(game, id);
  CHECK(game.battle(id).state() == Battle::TURN);
  CHECK(label() == R"({"kind":"PVP","state":"TURN"})");
  game.play_out(id);
  CHECK(label() == R"({"kind":"PVP","state":"SETTLED"})");

  CHECK(game.battle(id).ending() == Battle::DEFEAT);
  CHECK(game.battle(id).rewards_size() == 1);
  game.check_invariants();
}

TEST_CASE("a refused move is told to its sender only and changes nothing", "[battle]") {
  Game game;
  const std::string id = start_duel(game);
  both_ready(game, id);
  const Battle before = game.battle(id);
  const std::string active = before.units(before.active_unit() - 1).user_id();
  const Player ann = game.world.player("ann");
  const Player other = ann.id == active ? game.world.player("bob") : ann;

  game.world.data(other, id + ".battle", 1, battle::Act{});

  const auto& push = game.world.last_push("battle_refused");
  CHECK(push.as<battle::Refused>().code() == "not_your_turn");
  CHECK(push.session_ids == std::vector<std::string>{other.session_id});
  CHECK(game.battle(id).SerializeAsString() == before.SerializeAsString());
}

TEST_CASE("words that an action does not need are not kept", "[battle]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string id = game.start_pve(ann, game.create(ann, "Ann", "scout"), 1, 1);
  battle::BattleAction action;
  action.set_battle_id(id);
  action.set_act(battle::Action::GUARD);
  action.set_tactic(std::string(4000, 'x'));

  game.ok<battle::View>(ann, "rpc_battle_action", action);

  const battle::Battle after = game.battle(id);
  for (const battle::Action& kept : after.actions()) CHECK(kept.tactic().size() < 20);
}

TEST_CASE("an action by RPC is the same as one through the match", "[battle]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string id = game.start_pve(ann, game.create(ann, "Ann", "scout"), 2, 1);
  const battle::Act act = game.best_act(id);
  battle::BattleAction action;
  action.set_battle_id(id);
  action.set_act(act.act());
  action.set_moves(act.moves());
  action.set_to_x(act.to_x());
  action.set_to_y(act.to_y());
  action.set_tactic(act.tactic());
  action.set_target(act.target());

  const auto view = game.ok<battle::View>(ann, "rpc_battle_action", action);

  CHECK(view.actions() >= 1);
  CHECK(view.served_by() == "battle 1.0.0");
  CHECK(game.refusal(game.world.player("bob"), "rpc_battle_action", action) == "not_a_fighter");
  action.set_act(battle::Action::TACTIC);
  action.set_tactic("nonsense");
  CHECK(game.refusal(ann, "rpc_battle_action", action) == "unknown_tactic");
}

TEST_CASE("nobody but its fighters sees or joins a battle", "[battle]") {
  Game game;
  const Player ann = game.world.player("ann");
  const Player bob = game.world.player("bob");
  const std::string id = game.start_pve(ann, game.create(ann, "Ann", "guard"), 1, 1);
  battle::GetBattle get;
  get.set_battle_id(id);

  CHECK(game.refusal(bob, "rpc_get_battle", get) == "not_a_fighter");
  CHECK(game.world.join(bob, id + ".battle").code() == "not_a_fighter");
  CHECK(game.ok<battle::View>(ann, "rpc_get_battle", get).match_id() == id + ".battle");
  battle::JoinBattle join;
  join.set_battle_id(id);
  join.add_character_ids(game.create(bob, "Bob", "guard"));
  CHECK(game.refusal(bob, "rpc_join_battle", join) == "not_in_lobby");
}

TEST_CASE("a silent fighter guards twice and then gives up", "[battle]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string hero = game.create(ann, "Ann", "guard");
  const std::string id = game.start_pve(ann, hero, 1, 1);

  game.world.advance(19s);
  const int before = game.battle(id).actions_size();
  game.world.advance(2s);
  CHECK(game.battle(id).actions_size() > before);
  CHECK(game.battle(id).state() == Battle::TURN);
  game.world.advance(45s);

  CHECK(game.battle(id).ending() == Battle::SURRENDER);
  CHECK(game.battle(id).winner() == 1);
  CHECK(game.battle(id).state() == Battle::SETTLED);
  CHECK(game.character(hero).status() == character::Character::IDLE);
  CHECK(game.gold(ann) == 1000);
}

TEST_CASE("a lobby nobody joins is cancelled and frees its fighter", "[battle]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string hero = game.create(ann, "Ann", "guard");
  const auto started = game.ok<battle::Started>(ann, "rpc_start_battle", pvp(hero));

  game.world.advance(6min);

  CHECK(game.battle(started.battle_id()).ending() == Battle::CANCELLED);
  CHECK(game.character(hero).status() == character::Character::IDLE);
}

TEST_CASE("who surrenders loses, and a fighter in battle cannot start another", "[battle]") {
  Game game;
  const std::string id = start_duel(game);
  const Player ann = game.world.player("ann");
  const std::string hero = game.battle(id).units(0).character_id();
  CHECK(game.refusal(ann, "rpc_start_battle", pvp(hero, "again")) == "character_busy");
  both_ready(game, id);
  battle::SurrenderBattle surrender;
  surrender.set_battle_id(id);

  CHECK(game.ok<battle::View>(ann, "rpc_surrender_battle", surrender).winner() == 1);
  CHECK(game.refusal(ann, "rpc_surrender_battle", surrender) == "not_fighting");
  game.world.advance(1s);

  CHECK(game.gold(game.world.player("bob")) == 1010);
  game.check_invariants();
}

TEST_CASE("a player starts so many battles in an hour", "[battle]") {
  Game game({.config = {{"battles_per_hour", "1"}}});
  const Player ann = game.world.player("ann");
  const std::string hero = game.create(ann, "Ann", "guard");
  battle::SurrenderBattle surrender;
  surrender.set_battle_id(game.start_pve(ann, hero, 1, 1));
  game.ok<battle::View>(ann, "rpc_surrender_battle", surrender);
  game.world.advance(1s);
  battle::StartBattle another;
  another.set_kind(game::CreateBattle::PVE);
  another.add_character_ids(hero);
  another.set_enemies(1);
  another.set_enemy_level(1);

  CHECK(game.refusal(ann, "rpc_start_battle", another) == "too_many_battles");

  CHECK(game.character(hero).status() == character::Character::IDLE);
  game.world.advance(1h);
  game.start_pve(ann, hero, 1, 1);
}
