// Table: the rows that all versions of the module have. A version adds its schema.
#pragma once

#include "calls.hpp"
#include "common/codec.hpp"
#include "common/events.hpp"
#include "common/lobby.hpp"
#include "common/settings.hpp"
#include "common/settlement.hpp"
#include "common/timers.hpp"
#include "common/turns.hpp"

namespace battle {

// Sends a refusal of a move to its sender only, and returns success in its place.
inline serai::Reply send_refusal(serai::Match& match, const serai::Reply& outcome) {
  if (outcome.ok()) return outcome;
  Refused refused;
  refused.set_code(outcome.code());
  match.send_to(match.player(), kRefusedEvent, refused);
  return serai::accept();
}

template <class Wish>
rules::Action wished(const Wish& wish) {
  return {.act = static_cast<rules::Act>(wish.act()),
          .moves = wish.moves(),
          .to = {wish.to_x(), wish.to_y()},
          .tactic = wish.tactic(),
          .target = wish.target()};
}

inline serai::Reply on_act(Battle& battle, serai::Match& match, const Act& wish) {
  return send_refusal(match, act(battle, match, match.player().id, wished(wish)));
}
inline serai::Reply on_surrender(Battle& battle, serai::Match& match, const Surrender&) {
  return send_refusal(match, surrender(battle, match, match.player().id));
}
inline serai::Reply on_place(Battle& battle, serai::Match& match, const Place& wish) {
  return send_refusal(match, place(battle, match, match.player().id, wish));
}
inline serai::Reply on_ready(Battle& battle, serai::Match& match, const Ready&) {
  return send_refusal(match, ready(battle, match, match.player().id));
}

inline serai::Answer<View> battle_action(Battle& battle,
                                         serai::Match& match,
                                         const BattleAction& wish) {
  const serai::Reply done = act(battle, match, match.caller().user_id, wished(wish));
  if (!done) return done;
  return view_of(battle, match);
}
inline serai::Answer<View> surrender_battle(Battle& battle, serai::Match& match) {
  const serai::Reply done = surrender(battle, match, match.caller().user_id);
  if (!done) return done;
  return view_of(battle, match);
}

inline constexpr auto kById = serai::key::field("battle_id");
inline constexpr serai::RpcOptions kChange{.key = kById, .durable = true, .idempotent = true};

inline constexpr auto kSharedRows = serai::rows(
    serai::rpc<StartBattle>(
        "rpc_start_battle",
        start_battle,
        {.key = serai::key::fresh, .creates = true, .durable = true, .idempotent = true}),
    serai::rpc<JoinBattle>("rpc_join_battle", join_battle, kChange),
    serai::rpc<BattleAction>("rpc_battle_action", battle_action, kChange),
    serai::rpc<GetBattle>("rpc_get_battle", get_battle, {.key = kById}),
    serai::rpc<SurrenderBattle>("rpc_surrender_battle", surrender_battle, kChange),
    serai::call(game::kCreateBattle, create_battle, {.creates = true, .durable = true}),
    serai::join(on_join),
    serai::on<Act>(1, "act", on_act),
    serai::on<Surrender>(2, "surrender", on_surrender),
    serai::on<Place>(3, "place", on_place),
    serai::on<Ready>(4, "ready", on_ready),
    serai::timer(kPhaseOver, on_phase_over),
    serai::timer(kTurnOver, on_turn_over),
    serai::timer(kSettle, settle, {.durable = true}),
    serai::timer(kForget, forget, {.durable = true}),
    serai::event(kTurnEvent),
    serai::event(kEndEvent),
    serai::event(kActEvent),
    serai::event(kRefusedEvent),
    serai::event(kPlacedEvent),
    serai::event(kSettledEvent));

template <class Module>
constexpr auto with_settings(const Module& module) {
  return module.settings(kTurnMs, kPlacementMs, kLobbyMs, kForgetMs);
}

}  // namespace battle
