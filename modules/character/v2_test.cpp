#include "testing/golden_record.hpp"

using namespace game_test;

namespace {

character::ChooseTalent wish(Game& game, const std::string& id, const std::string& talent) {
  character::ChooseTalent request;
  request.set_idem_key(game.idem());
  request.set_character_id(id);
  request.set_talent(talent);
  return request;
}

void raise_to(Game& game, const std::string& id, int level) {
  game::Grant grant;
  grant.set_grant_id("to " + std::to_string(level));
  for (int below = 1; below < level; ++below) grant.set_xp(grant.xp() + 100 * below * below);
  REQUIRE(game.world.call({"character", id, "svc_grant"}, grant).ok());
  REQUIRE(game.character(id).level() == level);
}

}  // namespace

TEST_CASE("every fifth level frees a talent, and each is chosen once", "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string id = game.create(ann, "Ann, the Bold", "guard");
  CHECK(game.character(id).name() == "Ann");
  CHECK(game.character(id).title() == "the Bold");
  CHECK(game.refusal(ann, "rpc_choose_talent", wish(game, id, "tough")) == "no_talent_points");
  raise_to(game, id, 10);

  const auto view = game.ok<character::View>(ann, "rpc_choose_talent", wish(game, id, "tough"));

  CHECK(view.talent_points() == 1);
  CHECK(view.attributes().at("hp") == 280);
  CHECK(game.refusal(ann, "rpc_choose_talent", wish(game, id, "tough")) == "talent_already_chosen");
  CHECK(game.refusal(ann, "rpc_choose_talent", wish(game, id, "lazy")) == "unknown_talent");
  CHECK(game.refusal(game.world.player("bob"), "rpc_choose_talent", wish(game, id, "swift")) ==
        "not_yours");
  const std::string battle = game.start_pve(ann, id, 1, 1);
  CHECK(game.battle(battle).units(0).hp_max() == 320);
}

TEST_CASE("the way back drops talents and refunds their points", "[character]") {
  Game game;
  const Player ann = game.world.player("ann");
  const std::string id = game.create(ann, "Ann, the Bold", "guard");
  raise_to(game, id, 5);
  game.ok<character::View>(ann, "rpc_choose_talent", wish(game, id, "fierce"));

  REQUIRE(game.world.swap(std::string(SERAI_MODULE_character_v1)).ok());
  CHECK(game.character(id).name() == "Ann, the Bold");
  CHECK(game.character(id).old_hp() == 180);
  CHECK(game.character(id).attributes().empty());
  REQUIRE(game.world.swap(std::string(SERAI_MODULE_character_v2)).ok());

  CHECK(game.character(id).talents().empty());
  CHECK(game.character(id).talent_points() == 1);
  CHECK(game.character(id).title() == "the Bold");
  CHECK(game.character(id).attributes().at("hp") == 180);
}

// Run by hand once, when schema 2 was released.
TEST_CASE("record golden states of characters in schema 2", "[.record]") {
  Story story(20240229);
  auto states = capture_story(story, "character", 2, 10, SERAI_MODULE_character_v2);
  Game game;
  const Player ann = game.world.player("ann");
  for (const char* talent : {"tough", "fierce"}) {
    const std::string id = game.create(ann, "Ann, the Bold", "guard");
    raise_to(game, id, 10);
    game.ok<character::View>(ann, "rpc_choose_talent", wish(game, id, talent));
    states.push_back(capture(game.world, {"character", id, 2, {}}, SERAI_MODULE_character_v2));
    states.back().name = std::string("character_2_") + talent;
  }
  add_golden("character", states);
}
