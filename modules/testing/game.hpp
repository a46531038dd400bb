// Game: the four modules in one World, functions that play for players, and the game's invariants.
//
// Errors  when a call fails that must succeed, the test fails.
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
  explicit Game(const WorldOptions& options);

  // Makes a call that must succeed, and returns its answer.
  template <class Answer, class Request>
  Answer ok(const Player& player, std::string_view rpc, const Request& request) {
    const Outcome outcome = world.rpc(player, rpc, request);
    INFO(rpc << ": " << outcome.text);
    REQUIRE(outcome.ok());
    return outcome.as<Answer>();
  }
  // Makes a call, and returns the code of its refusal, or "accepted".
  template <class Request>
  std::string refusal(const Player& player, std::string_view rpc, const Request& request) {
    const Outcome outcome = world.rpc(player, rpc, request);
    return outcome.ok() ? "accepted" : outcome.code();
  }

  // A new idempotency key for each call. The host derives new ids from it.
  std::string idem();

  std::string create(const Player& player, const std::string& name, const std::string& type);
  character::Character character(const std::string& id) const;
  std::int64_t gold(const Player& player) const;

  battle::Battle battle(const std::string& id) const;
  std::string start_pve(const Player& player, const std::string& hero, int enemies, int level);
  // Plays the turn of the active unit as the host would. Returns false when no player is to act.
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
  // Sends caravans with cargo through the canyon until one is ambushed. Returns the id of that one.
  std::string ambushed_caravan(const Player& player, const std::string& guard);
  // Lets time pass until the caravan arrives. At ambushes it fights and pays in turn.
  void bring_home(const Player& player, const std::string& caravan);

  // Checks the game's invariants 1, 2, 4, 5, 6, 7 and 8 (see invariants.cpp) on all entities.
  void check_invariants();

  World world;

 private:
  void check_money();
  void check_characters();
  void check_goods();
  void check_battles();
  void check_journeys();

  int keys_ = 0;
  std::map<std::string, std::int64_t> minted_by_battle_;  // includes battles that were removed
  std::map<std::string, int> seg_index_seen_;
};

}  // namespace game_test
