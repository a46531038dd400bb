// Turns: placing, acting, silent players, and the end of a battle.
//
// Units   a silent player's turn is passed after turn_ms of the configuration, 20 s unless set.
// Errors  a refused move is a code for its sender and changes nothing.
// Thread  the battle's shard.
#pragma once

#include <serai/module.hpp>
#include <string>

#include "battle.pb.h"
#include "rules/engine.hpp"

namespace battle {

// The side a user fights on, or rules::kNobody.
int side_of(const Battle& battle, const std::string& user_id);
// Changes the phase and the match's label, which shows it.
void enter(Battle& battle, serai::Match& match, Battle::State phase);

// Called when all units are in. Players place them; with only one player the fight begins at once.
void begin_placement(Battle& battle, serai::Match& match);

// A user's action, by RPC or through the match.
serai::Reply act(Battle& battle,
                 serai::Match& match,
                 const std::string& user_id,
                 rules::Action action);
serai::Reply surrender(Battle& battle, serai::Match& match, const std::string& user_id);
serai::Reply place(Battle& battle,
                   serai::Match& match,
                   const std::string& user_id,
                   const Place& wish);
serai::Reply ready(Battle& battle, serai::Match& match, const std::string& user_id);

// Ends without a fight: nobody came.
void cancel(Battle& battle, serai::Match& match);

// Timers.
void on_phase_over(Battle& battle, serai::Match& match, const PhaseOver& over);
void on_turn_over(Battle& battle, serai::Match& match, const TurnOver& over);

}  // namespace battle
