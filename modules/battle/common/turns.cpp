#include "common/turns.hpp"

#include <algorithm>

#include "common/codec.hpp"
#include "common/events.hpp"
#include "common/settings.hpp"
#include "common/shape.hpp"
#include "common/timers.hpp"

namespace battle {
namespace {

using std::chrono::milliseconds;

// Plays one action and sends its result to the players.
void resolve(Battle& battle,
             serai::Match& match,
             rules::Field& field,
             const rules::Action& action) {
  battle.set_state(Battle::RESOLVE);
  const int turn = field.turn;
  const auto hits = rules::play(field, book_of(field.rules_version), action);
  *battle.add_actions() = to_wire(action);
  BattleAct event;
  *event.mutable_action() = to_wire(action);
  event.set_turn(turn);
  for (const rules::Hit& hit : hits) *event.add_hits() = to_wire(hit);
  match.broadcast(kActEvent, event);
}

// The number of moves. A change of rules is not counted, because the turn and its timer go on.
int moves_played(const Battle& battle) {
  const auto& actions = battle.actions();
  return static_cast<int>(std::count_if(actions.begin(), actions.end(), [](const Action& action) {
    return action.act() != Action::RULES;
  }));
}

void announce_turn(Battle& battle, serai::Match& match) {
  const milliseconds limit(match.config(kTurnMs));
  enter(battle, match, Battle::TURN);
  battle.set_turn_ends_ms(match.now_ms() + limit.count());
  TurnOver over;
  over.set_actions(moves_played(battle));
  match.timer(kPhaseTimer, limit, kTurnOver, over);

  BattleTurn turn;
  turn.set_turn(battle.turn());
  turn.set_unit(battle.active_unit());
  turn.set_user_id(battle.units(battle.active_unit() - 1).user_id());
  turn.set_ends_ms(battle.turn_ends_ms());
  turn.set_served_by(std::string(served_by()));
  turn.set_rules_version(battle.rules_version());
  match.broadcast(kTurnEvent, turn);
}

void end(Battle& battle, serai::Match& match) {
  enter(battle, match, Battle::ENDED);
  battle.set_active_unit(0);
  battle.set_turn_ends_ms(0);
  match.cancel_timer(kPhaseTimer);
  match.timer(kSettleTimer, milliseconds(1), kSettle, Settle{});
  BattleEnd event;
  event.set_ending(battle.ending());
  event.set_winner(battle.winner());
  event.set_turns(battle.turn());
  event.set_log_hash(battle.log_hash());
  match.broadcast(kEndEvent, event);
}

// Plays the host's fighters until it is a player's turn or the battle ends.
void go_on(Battle& battle, serai::Match& match, rules::Field& field) {
  while (!field.over() && field.fighter(field.active()).by_host) {
    const rules::RuleBook& book = book_of(field.rules_version);
    resolve(battle, match, field, rules::choose(field, book, field.active()));
  }
  store(field, battle);
  if (field.over()) return end(battle, match);
  announce_turn(battle, match);
}

void send_placed(const Battle& battle, serai::Match& match, bool over) {
  Placed placed;
  *placed.mutable_units() = battle.units();
  placed.set_over(over);
  match.broadcast(kPlacedEvent, placed);
}

void begin_turns(Battle& battle, serai::Match& match) {
  rules::Field field = load(battle);
  field.rules_version = newest_rules();
  rules::begin(field, book_of(field.rules_version));
  for (Unit& unit : *battle.mutable_units()) {
    unit.set_start_x(unit.x());
    unit.set_start_y(unit.y());
  }
  send_placed(battle, match, true);
  go_on(battle, match, field);
}

void give_up(Battle& battle, serai::Match& match, int side, bool automatic) {
  rules::Field field = load(battle);
  rules::Action action{.act = rules::Act::surrender, .automatic = automatic};
  for (const rules::Fighter& fighter : field.fighters) {
    if (fighter.side == side) action.unit = fighter.id;
  }
  resolve(battle, match, field, action);
  store(field, battle);
  end(battle, match);
}

}  // namespace

int side_of(const Battle& battle, const std::string& user_id) {
  for (int side = 0; side < battle.sides_size(); ++side) {
    if (!user_id.empty() && battle.sides(side).user_id() == user_id) return side;
  }
  return rules::kNobody;
}

void enter(Battle& battle, serai::Match& match, Battle::State phase) {
  battle.set_state(phase);
  match.set_label(R"({"kind":")" + game::CreateBattle::Kind_Name(battle.kind()) + R"(","state":")" +
                  Battle::State_Name(phase) + R"("})");
}

void begin_placement(Battle& battle, serai::Match& match) {
  rules::Field field = load(battle);
  rules::place(field);
  store(field, battle);
  const bool alone = battle.sides(0).user_id().empty() || battle.sides(1).user_id().empty();
  if (alone) return begin_turns(battle, match);
  enter(battle, match, Battle::PLACEMENT);
  const milliseconds limit(match.config(kPlacementMs));
  battle.set_turn_ends_ms(match.now_ms() + limit.count());
  match.timer(kPhaseTimer, limit, kPhaseOver, PhaseOver{});
  send_placed(battle, match, false);
}

serai::Reply act(Battle& battle,
                 serai::Match& match,
                 const std::string& user_id,
                 rules::Action action) {
  const int side = side_of(battle, user_id);
  if (side == rules::kNobody) {
    return serai::refuse("not_a_fighter", serai::Status::permission_denied);
  }
  if (action.act == rules::Act::surrender) return surrender(battle, match, user_id);
  if (battle.state() != Battle::TURN) return serai::refuse("not_fighting");
  rules::Field field = load(battle);
  if (!field.has(field.active())) return serai::refuse("not_fighting");
  if (field.fighter(field.active()).side != side) return serai::refuse("not_your_turn");
  action.unit = field.active();
  action.automatic = false;
  if (action.act != rules::Act::tactic) action.tactic.clear();  // else it is stored and sent
  if (const char* code = rules::check(field, book_of(field.rules_version), action)) {
    return serai::refuse(code);
  }
  battle.mutable_sides(side)->set_silent_turns(0);
  resolve(battle, match, field, action);
  go_on(battle, match, field);
  return serai::accept();
}

serai::Reply surrender(Battle& battle, serai::Match& match, const std::string& user_id) {
  const int side = side_of(battle, user_id);
  if (side == rules::kNobody) {
    return serai::refuse("not_a_fighter", serai::Status::permission_denied);
  }
  if (battle.state() == Battle::LOBBY) {
    cancel(battle, match);
    return serai::accept();
  }
  if (battle.state() != Battle::TURN && battle.state() != Battle::PLACEMENT) {
    return serai::refuse("not_fighting");
  }
  give_up(battle, match, side, false);
  return serai::accept();
}

serai::Reply place(Battle& battle,
                   serai::Match& match,
                   const std::string& user_id,
                   const Place& wish) {
  const int side = side_of(battle, user_id);
  if (battle.state() != Battle::PLACEMENT) return serai::refuse("not_placing");
  if (wish.unit() < 1 || wish.unit() > battle.units_size()) return serai::refuse("no_such_unit");
  Unit& unit = *battle.mutable_units(wish.unit() - 1);
  if (side == rules::kNobody || unit.side() != side) return serai::refuse("not_your_unit");
  if (battle.sides(side).ready()) return serai::refuse("already_ready");
  const char* code = rules::check_place(load(battle), wish.unit(), {wish.x(), wish.y()});
  if (code != nullptr) return serai::refuse(code);
  unit.set_x(wish.x());
  unit.set_y(wish.y());
  send_placed(battle, match, false);
  return serai::accept();
}

serai::Reply ready(Battle& battle, serai::Match& match, const std::string& user_id) {
  const int side = side_of(battle, user_id);
  if (battle.state() != Battle::PLACEMENT) return serai::refuse("not_placing");
  if (side == rules::kNobody) {
    return serai::refuse("not_a_fighter", serai::Status::permission_denied);
  }
  battle.mutable_sides(side)->set_ready(true);
  if (battle.sides(0).ready() && battle.sides(1).ready()) begin_turns(battle, match);
  return serai::accept();
}

void cancel(Battle& battle, serai::Match& match) {
  battle.set_ending(Battle::CANCELLED);
  battle.set_winner(rules::kNobody);
  end(battle, match);
}

void on_phase_over(Battle& battle, serai::Match& match, const PhaseOver&) {
  if (battle.state() == Battle::LOBBY) return cancel(battle, match);
  if (battle.state() == Battle::PLACEMENT) begin_turns(battle, match);
}

void on_turn_over(Battle& battle, serai::Match& match, const TurnOver& over) {
  if (battle.state() != Battle::TURN || over.actions() != moves_played(battle)) return;
  rules::Field field = load(battle);
  if (!field.has(field.active())) return cancel(battle, match);
  const int side = field.fighter(field.active()).side;
  Side& silent = *battle.mutable_sides(side);
  silent.set_silent_turns(silent.silent_turns() + 1);
  if (silent.silent_turns() >= rules::kSilentTurnsMax) {
    return give_up(battle, match, side, true);
  }
  resolve(
      battle, match, field, {.act = rules::Act::guard, .unit = field.active(), .automatic = true});
  go_on(battle, match, field);
}

}  // namespace battle
