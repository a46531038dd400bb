// Turns: placing, acting, silence, and how a battle comes to its end.
//
// Units   a silent player's turn is passed after turn_ms of the configuration, 20 s unless set.
// Errors  a refused move is a code to its sender and changes nothing.
// Thread  the battle's shard.
#pragma once

#include <serai/module.hpp>
#include <string>

#include "battle.pb.h"
#include "rules/engine.hpp"

namespace battle {

// The side a user fights on, or rules::kNobody.
int side_of(const Battle& battle, const std::string& user_id);
// The label says which phase it is in: both change together.
void enter(Battle& battle, serai::Match& match, Battle::State phase);

// The units are in: players place them, or the fight begins at once when only one player is there.
void begin_placement(Battle& battle, serai::Match& match);

// What a user does, by RPC or through the match.
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
