// Turns: placing, acting, silent players, and the end of a battle.
//
// Units   milliseconds. When a player is silent for turn_ms (a setting, 20 s by default), the
//         player's fighter guards.
// Errors  refusals are codes; a refused move changes nothing.
// Thread  the battle's shard.
#pragma once

#include <serai/module.hpp>
#include <string>

#include "battle.pb.h"
#include "rules/engine.hpp"

namespace battle {

// The side of a user: 0, 1, or rules::kNobody.
int side_of(const Battle& battle, const std::string& user_id);
// Sets the phase, and the match's label, which contains the phase.
void enter(Battle& battle, serai::Match& match, Battle::State phase);

// Called when both sides have their units. The players then place them. With one player only, the
// first turn begins at once.
void begin_placement(Battle& battle, serai::Match& match);

// The moves of a user. They come by RPC or as match data.
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

// Ends the battle without a winner.
void cancel(Battle& battle, serai::Match& match);

// The handlers of timers.
void on_phase_over(Battle& battle, serai::Match& match, const PhaseOver& over);
void on_turn_over(Battle& battle, serai::Match& match, const TurnOver& over);

}  // namespace battle
