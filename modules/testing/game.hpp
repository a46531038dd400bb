// Game: the four modules in one World, players who know how to play, and the invariants.
//
// Errors  a call that must work and does not fails the test that made it.
// Thread  one.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <serai/testing/world.hpp>
#include <set>
#include <string>
#include <vector>

#include "battle.pb.h"
#include "campaign.pb.h"
#include "character.pb.h"
#include "common/codec.hpp"
#include "trade.pb.h"

namespace game_test {

using serai::Player;
using serai::testing::Outcome;
using serai::testing::World;
using serai::testing::WorldOptions;
using namespace std::chrono_literals;

class Game {
 public:
  explicit Game(std::uint64_t seed = 1);
  explicit Game(WorldOptions options);

  template <class Answer, class Request>
  Answer ok(const Player& player, std::string_view rpc, const Request& request) {
    const Outcome outcome = world.rpc(player, rpc, request);
    INFO(rpc << ": " << outcome.text);
    REQUIRE(outcome.ok());
    return outcome.as<Answer>();
  }
  template <class Request>
  std::string refusal(const Player& player, std::string_view rpc, const Request& request) {
    const Outcome outcome = world.rpc(player, rpc, request);
    return outcome.ok() ? "accepted" : outcome.code();
  }

  // An idempotency key that this game has not used; the host derives ids from keys.
  std::string idem();

  std::string create(const Player& player, const std::string& name, const std::string& type);
  character::Character character(const std::string& id) const;
  std::int64_t gold(const Player& player) const;

  battle::Battle battle(const std::string& id) const;
  std::string start_pve(const Player& player, const std::string& hero, int enemies, int level);
  // Plays the turn of whoever is to act as the host would; false when nobody is.
  bool play_turn(const std::string& battle_id);
  // Plays until the battle is settled.
  void play_out(const std::string& battle_id);
  battle::Act best_act(const std::string& battle_id) const;

  trade::Caravan caravan(const std::string& id) const;
  std::string load_caravan(const Player& player,
                           const std::string& town,
                           const std::vector<std::string>& guards);
  Outcome buy(const Player& player, const std::string& caravan, const std::string& good, int count);
  Outcome sell(const Player& player,
               const std::string& caravan,
               const std::string& good,
               int count);
  Outcome depart(const Player& player,
                 const std::string& caravan,
                 const std::vector<std::string>& path);
  Outcome resolve(const Player& player, const std::string& caravan, trade::ResolveAmbush::Way way);
  // Sends caravans over the canyon until one is ambushed; returns it, with cargo aboard.
  std::string ambushed_caravan(const Player& player, const std::string& guard);
  // Travels, playing every battle and paying every other ambush, until it stands in a town.
  void bring_home(const Player& player, const std::string& caravan);

  // Invariants 1, 2, 5, 6, 7 and 8 of the game, over everything that exists.
  void check_invariants();

  World world;

 private:
  void check_money();
  void check_characters();
  void check_goods();
  void check_battles();
  void check_journeys();

  int keys_ = 0;
  std::map<std::string, std::int64_t> minted_by_battle_;  // forgotten battles included
  std::map<std::string, int> seg_index_seen_;
};

}  // namespace game_test
