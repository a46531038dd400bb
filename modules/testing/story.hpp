// Story: three players who take random actions, valid and invalid ones, from one seed.
//
// Thread  one.
#pragma once

#include <random>

#include "testing/game.hpp"

namespace game_test {

class Story {
 public:
  explicit Story(std::uint64_t seed);

  // Takes one random step: calls, moves in battles, or the passing of time.
  void step();
  void steps(int count);

  Game game;

 private:
  int pick(int low, int high);
  bool chance(int percent) { return pick(1, 100) <= percent; }
  const Player& someone();
  std::string hero_of(const Player& player);
  std::string caravan_of(const Player& player);

  void begin_fight(const Player& player);
  void begin_duel(const Player& player);
  void move_caravans(const Player& player);
  void campaigns(const Player& player);
  void grow(const Player& player);
  void play_battles(int turns);

  std::mt19937_64 generator_;
  std::vector<Player> players_;
  std::map<std::string, std::vector<std::string>> heroes_;
  std::map<std::string, std::vector<std::string>> caravans_;
  std::map<std::string, std::string> campaigns_;
};

}  // namespace game_test
