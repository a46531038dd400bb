#include "testing/game.hpp"

#include "common/codec.hpp"
#include "common/shape.hpp"
#include "rules/engine.hpp"

namespace game_test {
namespace {

WorldOptions seeded(std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  return options;
}

}  // namespace

Game::Game(std::uint64_t seed) : Game(seeded(seed)) {}

Game::Game(const WorldOptions& options) : world(options) {
  world.load(GAME_CHARACTER);
  world.load(GAME_BATTLE);
  world.load(SERAI_MODULE_trade);
  world.load(SERAI_MODULE_campaign);
}

std::string Game::idem() { return "key-" + std::to_string(++keys_); }

std::string Game::create(const Player& player, const std::string& name, const std::string& type) {
  character::CreateCharacter request;
  request.set_idem_key(idem());
  request.set_name(name);
  request.set_class_(type);
  return ok<character::View>(player, "rpc_create_character", request).character_id();
}

character::Character Game::character(const std::string& id) const {
  return world.state<character::Character>("character", id);
}

std::int64_t Game::gold(const Player& player) const { return world.balance("player:" + player.id); }

battle::Battle Game::battle(const std::string& id) const {
  return world.state<battle::Battle>("battle", id);
}

std::string Game::start_pve(const Player& player, const std::string& hero, int enemies, int level) {
  battle::StartBattle request;
  request.set_idem_key(idem());
  request.set_kind(game::CreateBattle::PVE);
  request.add_character_ids(hero);
  request.set_enemies(enemies);
  request.set_enemy_level(level);
  return ok<battle::Started>(player, "rpc_start_battle", request).battle_id();
}

battle::Act Game::best_act(const std::string& battle_id) const {
  const battle::rules::Field field = battle::load(battle(battle_id));
  const auto chosen =
      battle::rules::choose(field, battle::book_of(field.rules_version), field.active());
  battle::Act act;
  act.set_act(static_cast<battle::Action::Act>(chosen.act));
  act.set_moves(chosen.moves);
  act.set_to_x(chosen.to.x);
  act.set_to_y(chosen.to.y);
  act.set_tactic(chosen.tactic);
  act.set_target(chosen.target);
  return act;
}

bool Game::play_turn(const std::string& battle_id) {
  const battle::Battle now = battle(battle_id);
  if (now.state() != battle::Battle::TURN) return false;
  const std::string user = now.units(now.active_unit() - 1).user_id();
  for (const char* name : {"ann", "bob", "cid"}) {
    const Player player = world.player(name);
    if (player.id != user) continue;
    const std::string match = battle_id + ".battle";
    if (world.members(match).size() < 2) world.join(player, match);
    const Outcome done = world.data(player, match, 1, best_act(battle_id));
    INFO("act: " << done.text);
    REQUIRE(done.ok());
    REQUIRE(battle(battle_id).actions_size() > now.actions_size());
    return true;
  }
  return false;
}

void Game::play_out(const std::string& battle_id) {
  while (play_turn(battle_id)) {
  }
  world.advance(100ms);
  REQUIRE(battle(battle_id).state() == battle::Battle::SETTLED);
}

trade::Caravan Game::caravan(const std::string& id) const {
  return world.state<trade::Caravan>("caravan", id);
}

std::string Game::load_caravan(const Player& player,
                               const std::string& town,
                               const std::vector<std::string>& guards) {
  trade::CreateCaravan request;
  request.set_idem_key(idem());
  request.set_town(town);
  for (const std::string& guard : guards) request.add_guards(guard);
  return ok<trade::CaravanView>(player, "rpc_create_caravan", request).caravan_id();
}

Outcome Game::buy(const Player& player,
                  const std::string& caravan,
                  const std::string& good,
                  int count) {
  trade::ExecuteTrade request;
  request.set_idem_key(idem());
  request.set_caravan_id(caravan);
  request.set_good(good);
  request.set_quantity(count);
  return world.rpc(player, "rpc_execute_trade", request);
}

Outcome Game::sell(const Player& player,
                   const std::string& caravan,
                   const std::string& good,
                   int count) {
  trade::ExecuteTrade request;
  request.set_idem_key(idem());
  request.set_caravan_id(caravan);
  request.set_good(good);
  request.set_quantity(count);
  request.set_side(trade::SELL);
  return world.rpc(player, "rpc_execute_trade", request);
}

Outcome Game::depart(const Player& player,
                     const std::string& caravan,
                     const std::vector<std::string>& path) {
  trade::DepartCaravan request;
  request.set_idem_key(idem());
  request.set_caravan_id(caravan);
  for (const std::string& code : path) request.add_path(code);
  return world.rpc(player, "rpc_depart_caravan", request);
}

Outcome Game::resolve(const Player& player,
                      const std::string& caravan,
                      trade::ResolveAmbush::Way way) {
  trade::ResolveAmbush request;
  request.set_idem_key(idem());
  request.set_caravan_id(caravan);
  request.set_way(way);
  return world.rpc(player, "rpc_resolve_ambush", request);
}

std::string Game::ambushed_caravan(const Player& player, const std::string& guard) {
  for (int attempt = 0; attempt < 40; ++attempt) {
    const std::string id = load_caravan(player, "oasis", {guard});
    REQUIRE(buy(player, id, "grain", 2).ok());
    REQUIRE(depart(player, id, {"oasis_citadel"}).ok());
    world.advance(4s);
    if (caravan(id).state() == trade::Caravan::AMBUSHED) return id;
  }
  FAIL("forty caravans in a row crossed the canyon unseen");
  return "";
}

void Game::bring_home(const Player& player, const std::string& id) {
  for (int step = 0; step < 100; ++step) {
    const trade::Caravan now = caravan(id);
    if (now.state() == trade::Caravan::ARRIVED || now.state() == trade::Caravan::CLOSED) return;
    if (!now.battle_id().empty()) {
      play_out(now.battle_id());
    } else if (now.state() == trade::Caravan::AMBUSHED) {
      const auto way = step % 2 == 0 ? trade::ResolveAmbush::FIGHT : trade::ResolveAmbush::PAY;
      resolve(player, id, way);
    }
    world.advance(1s);
  }
  FAIL("the caravan never arrived");
}

}  // namespace game_test
