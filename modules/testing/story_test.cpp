#include "testing/story.hpp"

using namespace game_test;

TEST_CASE("whatever players do, the invariants hold", "[story]") {
  const auto seed = GENERATE(take(6, random(1ULL, 1ULL << 62U)));
  INFO("seed " << seed);
  Story story(seed);

  for (int chapter = 0; chapter < 10; ++chapter) {
    story.steps(30);
    story.game.check_invariants();
  }

  story.game.world.advance(10min);
  story.game.check_invariants();
}

TEST_CASE("the same seed tells the same story", "[story]") {
  const auto run_story = [] {
    Story story(4711);
    story.steps(120);
    std::string all;
    for (const char* kind : {"character", "roster", "battle", "town", "caravan", "campaign"}) {
      for (const std::string& key : story.game.world.keys(kind)) {
        all += key + story.game.world.state_bytes(kind, key);
      }
    }
    return all;
  };

  CHECK(run_story() == run_story());
}
