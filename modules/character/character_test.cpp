#include "testing/game.hpp"

using namespace game_test;

namespace {

character::CreateCharacter creation(const std::string& name, const std::string& type) {
  character::CreateCharacter request;
  request.set_idem_key("k");
  request.set_name(name);
  request.set_class_(type);
  return request;
}

Outcome take(World& world, const std::string& id, const Player& owner, const std::string& ref) {
  game::Lock request;
  request.set_user_id(owner.id);
  request.set_ref(ref);
  return world.call({"character", id, "svc_lock"}, request);
}

Outcome give_back(World& world, const std::string& id, const std::string& ref) {
  game::Unlock request;
  request.set_ref(ref);
  return world.call({"character", id, "svc_unlock"}, request);
}

}  // namespace

TEST_CASE("the first character brings a purse, the second does not", "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  CHECK(game.ok<character::CharacterList>(ann, "rpc_list_characters", character::ListCharacters{})
            .characters()
            .empty());

  const std::string first = game.create(ann, "Ann", "guard");
  const std::string second = game.create(ann, "Anna", "mage");

  CHECK(game.gold(ann) == 1000);
  CHECK(game.world.balance("town:treasury") == -1000);
  const auto list =
      game.ok<character::CharacterList>(ann, "rpc_list_characters", character::ListCharacters{});
  REQUIRE(list.characters_size() == 2);
  CHECK(list.characters(0).character_id() == first);
  CHECK(list.characters(1).name() == "Anna");
  CHECK(game.character(second).player_id() == ann.id);
}

TEST_CASE("the player's gold is in the answer that makes a character, and in no other view",
          "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  const auto first =
      game.ok<character::View>(ann, "rpc_create_character", creation("Ann", "guard"));
  game.world.fund("player:" + ann.id, 5);
  character::CreateCharacter again = creation("Anna", "mage");
  again.set_idem_key("k2");
  const auto second = game.ok<character::View>(ann, "rpc_create_character", again);
  character::GetCharacter get;
  get.set_character_id(first.character_id());

  CHECK(first.gold() == 1000);
  CHECK(second.gold() == 1005);
  CHECK(game.ok<character::View>(ann, "rpc_get_character", get).gold() == 0);
}

TEST_CASE("a character that may not be is refused with its reason", "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  const auto refused = [&](const std::string& name, const std::string& type) {
    return game.refusal(ann, "rpc_create_character", creation(name, type));
  };

  CHECK(refused("", "guard") == "name_missing");
  CHECK(refused(std::string(99, 'x'), "guard") == "name_too_long");
  CHECK(refused("Ann", "dragon") == "unknown_class");
  CHECK(game.gold(ann) == 0);
  for (int n = 0; n < 8; ++n) game.create(ann, "Ann" + std::to_string(n), "guard");
  CHECK(refused("Ninth", "guard") == "roster_full");
}

TEST_CASE("only its player sees and changes a character", "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  const Player bob = game.world.player("bob");
  const std::string id = game.create(ann, "Ann", "guard");
  character::GetCharacter get;
  get.set_character_id(id);
  character::RenameCharacter rename;
  rename.set_character_id(id);
  rename.set_name("Mine");

  CHECK(game.refusal(bob, "rpc_get_character", get) == "not_yours");
  CHECK(game.refusal(bob, "rpc_rename_character", rename) == "not_yours");
  CHECK(game.ok<character::View>(ann, "rpc_get_character", get).name() == "Ann");
}

TEST_CASE("a new name reaches the roster", "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  character::RenameCharacter rename;
  rename.set_character_id(game.create(ann, "Ann", "guard"));
  rename.set_name("Ann, the Bold");

  CHECK(game.ok<character::View>(ann, "rpc_rename_character", rename).name() == "Ann, the Bold");
  game.world.advance(1s);

  const auto list =
      game.ok<character::CharacterList>(ann, "rpc_list_characters", character::ListCharacters{});
  CHECK(list.characters(0).name() == "Ann, the Bold");
}

TEST_CASE("spent points are gone and overspending is refused", "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  character::AllocatePoints spend;
  spend.set_character_id(game.create(ann, "Ann", "guard"));
  spend.set_vit(2);

  const auto view = game.ok<character::View>(ann, "rpc_allocate_points", spend);

  CHECK(view.points() == 1);
  CHECK(view.hp() == 110);
  CHECK(game.refusal(ann, "rpc_allocate_points", spend) == "not_enough_points");
}

TEST_CASE("four tactics fit, and one can take another's place", "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  character::EquipTactic equip;
  equip.set_character_id(game.create(ann, "Ann", "guard"));
  const auto refused = [&](const std::string& tactic, const std::string& replaces) {
    equip.set_tactic(tactic);
    equip.set_replaces(replaces);
    return game.refusal(ann, "rpc_equip_tactic", equip);
  };

  CHECK(refused("strike", "") == "already_equipped");
  CHECK(refused("bleed", "") == "unknown_tactic");
  CHECK(refused("volley", "") == "accepted");
  CHECK(refused("heal", "") == "accepted");
  CHECK(refused("sweep", "") == "no_free_slot");
  CHECK(refused("sweep", "nothing") == "tactic_not_equipped");
  CHECK(refused("sweep", "heal") == "accepted");
}

TEST_CASE("one thing holds a character", "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string id = game.create(ann, "Ann", "guard");

  CHECK(take(game.world, id, game.world.player("bob"), "caravan:1").code() == "not_yours");
  REQUIRE(take(game.world, id, ann, "caravan:1").ok());
  CHECK(take(game.world, id, ann, "caravan:2").code() == "character_busy");
  CHECK(take(game.world, id, ann, "battle:1").code() == "character_busy");
  give_back(game.world, id, "caravan:2");
  CHECK(game.character(id).status_ref() == "caravan:1");
  give_back(game.world, id, "caravan:1");
  CHECK(game.character(id).status() == character::Character::IDLE);
}

TEST_CASE("a battle gives a traveller back to its caravan", "[character]") {
  Game game(5);
  const Player ann = game.world.player("ann");
  const std::string id = game.create(ann, "Ann", "guard");
  const std::string caravan = game.ambushed_caravan(ann, id);
  const auto view =
      game.resolve(ann, caravan, trade::ResolveAmbush::FIGHT).as<trade::CaravanView>();

  CHECK(game.character(id).status() == character::Character::IN_BATTLE);
  CHECK(game.character(id).status_ref() == "battle:" + view.battle_id());
  give_back(game.world, id, "battle:2");
  CHECK(game.character(id).status() == character::Character::IN_BATTLE);
  give_back(game.world, id, "battle:" + view.battle_id());
  CHECK(game.character(id).status() == character::Character::TRAVELLING);
  CHECK(game.character(id).status_ref() == "caravan:" + caravan);
  give_back(game.world, id, "caravan:" + caravan);
  CHECK(game.character(id).status() == character::Character::IDLE);
}

TEST_CASE("a grant counts once, however often it comes", "[character]") {
  Game game;
  const std::string id = game.create(game.world.player("ann"), "Ann", "guard");
  game::Grant grant;
  grant.set_grant_id("battle:1");
  grant.set_xp(100);
  (*grant.mutable_items())["medal"] = 1;

  for (int n = 0; n < 3; ++n) game.world.call({"character", id, "svc_grant"}, grant);

  CHECK(game.character(id).level() == 2);
  CHECK(game.character(id).xp() == 0);
  CHECK(game.character(id).hp() == 120);
  REQUIRE(game.character(id).items_size() == 1);
  CHECK(game.character(id).items(0).count() == 1);
}

TEST_CASE("battle gold is paid once per battle and capped by the day", "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  game.create(ann, "Ann", "guard");
  const auto reward = [&](const std::string& battle, std::int64_t gold) {
    game::Reward order;
    order.set_battle_id(battle);
    order.set_gold(gold);
    return game.world.call({"roster", ann.id, "svc_reward"}, order).as<game::Rewarded>().gold();
  };

  CHECK(reward("1", 4000) == 4000);
  CHECK(reward("1", 4000) == 4000);
  CHECK(reward("2", 4000) == 1000);
  CHECK(reward("3", 10) == 0);
  CHECK(game.gold(ann) == 1000 + 5000);
  game.world.advance(24h);
  CHECK(reward("4", 10) == 10);
}
