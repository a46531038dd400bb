// Table: the rows every version of the module has. A version adds its schema.
#pragma once

#include "common/codec.hpp"
#include "common/events.hpp"
#include "common/lobby.hpp"
#include "common/settings.hpp"
#include "common/settlement.hpp"
#include "common/turns.hpp"

namespace battle {

// A refused move is answered to its sender, and to nobody else.
inline serai::Reply tell(serai::Match& match, const serai::Reply& outcome) {
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
  return tell(match, act(battle, match, match.player().id, wished(wish)));
}
inline serai::Reply on_surrender(Battle& battle, serai::Match& match, const Surrender&) {
  return tell(match, surrender(battle, match, match.player().id));
}
inline serai::Reply on_place(Battle& battle, serai::Match& match, const Place& wish) {
  return tell(match, place(battle, match, match.player().id, wish));
}
inline serai::Reply on_ready(Battle& battle, serai::Match& match, const Ready&) {
  return tell(match, ready(battle, match, match.player().id));
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

// Takes the kind with its schema said.
template <class Kind>
constexpr auto with_shared_rows(const Kind& kind) {
  return kind
      .template rpc<StartBattle>(
          "rpc_start_battle",
          start_battle,
          {.key = serai::key::fresh, .creates = true, .durable = true, .idempotent = true})
      .template rpc<JoinBattle>("rpc_join_battle", join_battle, kChange)
      .template rpc<BattleAction>("rpc_battle_action", battle_action, kChange)
      .template rpc<GetBattle>("rpc_get_battle", get_battle, {.key = kById})
      .template rpc<SurrenderBattle>("rpc_surrender_battle", surrender_battle, kChange)
      .template call<game::CreateBattle>(
          "svc_create_battle", create_battle, {.creates = true, .durable = true})
      .join(on_join)
      .template on<Act>(1, "act", on_act)
      .template on<Surrender>(2, "surrender", on_surrender)
      .template on<Place>(3, "place", on_place)
      .template on<Ready>(4, "ready", on_ready)
      .template timer<PhaseOver>("phase_over", on_phase_over)
      .template timer<TurnOver>("turn_over", on_turn_over)
      .template timer<Settle>("settle", settle, {.durable = true})
      .template timer<Forget>("forget", forget, {.durable = true})
      .event(kTurnEvent)
      .event(kEndEvent)
      .event(kActEvent)
      .event(kRefusedEvent)
      .event(kPlacedEvent)
      .event(kSettledEvent);
}

template <class Module>
constexpr auto with_settings(const Module& module) {
  return module.settings(kTurnMs, kPlacementMs, kLobbyMs, kForgetMs);
}

}  // namespace battle
