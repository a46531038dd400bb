#include "common/lobby.hpp"

#include <set>

#include "bandits.hpp"
#include "calls.hpp"
#include "common/codec.hpp"
#include "common/settings.hpp"
#include "common/shape.hpp"
#include "common/timers.hpp"
#include "common/turns.hpp"
#include "dice.hpp"
#include "locks.hpp"

namespace battle {
namespace {

constexpr int kLevelMax = 60;

const char* check_size(int fighters) {
  if (fighters < 1) return "no_fighters";
  return fighters > rules::kSideMax ? "too_many_fighters" : nullptr;
}

template <class Ids>
const char* check_team(const Ids& ids) {
  if (const char* code = check_size(ids.size())) return code;
  const std::set<std::string> distinct(ids.begin(), ids.end());
  return static_cast<int>(distinct.size()) == ids.size() ? nullptr : "fighter_named_twice";
}

const char* check_start(const StartBattle& request) {
  if (request.kind() == game::CreateBattle::PVP) return check_team(request.character_ids());
  if (request.kind() != game::CreateBattle::PVE) return "kind_not_startable";
  if (request.enemies() < 1 || request.enemies() > rules::kSideMax) return "enemies_out_of_range";
  if (request.enemy_level() < 1 || request.enemy_level() > kLevelMax) {
    return "enemy_level_out_of_range";
  }
  return check_team(request.character_ids());
}

void found(Battle& battle,
           serai::Match& match,
           game::CreateBattle::Kind kind,
           const std::string& user_id) {
  battle.set_battle_id(match.key());
  battle.set_rules_version(newest_rules());
  battle.set_seed(match.random_u64());
  battle.set_log_hash(dice::mix(battle.seed()));
  battle.set_kind(kind);
  battle.set_winner(rules::kNobody);
  battle.add_sides()->set_user_id(user_id);
  battle.add_sides();
}

Started started(const Battle& battle, const serai::Match& match) {
  Started started;
  started.set_battle_id(battle.battle_id());
  started.set_match_id(match.id());
  started.set_state(battle.state());
  return started;
}

game::Takers takers(const serai::Match& match, const std::vector<std::string>& ids) {
  return {match.caller().user_id, "battle:" + match.key(), ids};
}

void show_resting(const Battle& battle, View& view) {
  const rules::Field field = load(battle);
  for (const rules::Cooldown& cooldown : field.cooldowns) {
    Resting* resting = view.add_resting();
    resting->set_unit(cooldown.unit);
    resting->set_tactic(cooldown.tactic);
    resting->set_turns_left(rules::turns_left(field, cooldown.unit, cooldown.tactic));
  }
}

}  // namespace

serai::Task<serai::Answer<Started>> start_battle(Battle& battle,
                                                 serai::Match& match,
                                                 StartBattle request) {
  if (const char* code = check_start(request)) co_return serai::refuse(code);
  game::Takers team = takers(match, game::to_list(request.character_ids()));
  if (team.user_id.empty()) co_return serai::refuse("no_player");
  const auto sheets = co_await game::lock_all(match, team);
  if (!sheets) co_return sheets.refusal();
  const auto mustered = co_await match.call(game::kMuster, team.user_id, game::Muster{});
  if (!mustered) {
    co_await game::unlock_all(match, team);
    co_return mustered.refusal();
  }

  found(battle, match, request.kind(), team.user_id);
  for (const game::Sheet& sheet : *sheets) add_unit(battle, sheet, 0);
  if (request.kind() == game::CreateBattle::PVE) {
    for (int n = 1; n <= request.enemies(); ++n) {
      add_unit(battle, game::bandit(request.enemy_level(), n), 1);
    }
    begin_placement(battle, match);
  } else {
    const std::chrono::milliseconds limit(match.config(kLobbyMs));
    match.timer(kPhaseTimer, limit, kPhaseOver, PhaseOver{});
    enter(battle, match, Battle::LOBBY);
  }
  co_return started(battle, match);
}

serai::Task<serai::Answer<Started>> join_battle(Battle& battle,
                                                serai::Match& match,
                                                JoinBattle request) {
  if (battle.state() != Battle::LOBBY) co_return serai::refuse("not_in_lobby");
  if (const char* code = check_team(request.character_ids())) co_return serai::refuse(code);
  game::Takers team = takers(match, game::to_list(request.character_ids()));
  if (team.user_id.empty()) co_return serai::refuse("no_player");
  if (side_of(battle, team.user_id) != rules::kNobody) co_return serai::refuse("already_in");
  const auto sheets = co_await game::lock_all(match, team);
  if (!sheets) co_return sheets.refusal();

  battle.mutable_sides(1)->set_user_id(team.user_id);
  for (const game::Sheet& sheet : *sheets) add_unit(battle, sheet, 1);
  begin_placement(battle, match);
  co_return started(battle, match);
}

serai::Answer<game::BattleCreated> create_battle(Battle& battle,
                                                 serai::Match& match,
                                                 const game::CreateBattle& request) {
  game::BattleCreated created;
  created.set_battle_id(match.key());
  created.set_match_id(match.id());
  if (battle.units_size() > 0) return created;  // a repeated call
  if (const char* code = check_size(request.fighters_size())) return serai::refuse(code);
  if (const char* code = check_size(request.enemies_size())) return serai::refuse(code);
  found(battle, match, request.kind(), request.user_id());
  *battle.mutable_origin() = request.origin();
  for (const game::Sheet& sheet : request.fighters()) add_unit(battle, sheet, 0);
  for (const game::Sheet& sheet : request.enemies()) add_unit(battle, sheet, 1);
  begin_placement(battle, match);
  return created;
}

serai::Reply on_join(const Battle& battle, const serai::Player& player) {
  if (side_of(battle, player.id) != rules::kNobody) return serai::accept();
  return serai::refuse("not_a_fighter", serai::Status::permission_denied);
}

serai::Answer<View> get_battle(const Battle& battle, serai::Match& match) {
  if (side_of(battle, match.caller().user_id) == rules::kNobody) {
    return serai::refuse("not_a_fighter", serai::Status::permission_denied);
  }
  return view_of(battle, match);
}

View view_of(const Battle& battle, const serai::Match& match) {
  View view;
  view.set_battle_id(battle.battle_id());
  view.set_match_id(match.id());
  view.set_served_by(std::string(served_by()));
  view.set_rules_version(battle.rules_version());
  view.set_kind(battle.kind());
  view.set_state(battle.state());
  view.set_turn(battle.turn());
  view.set_active_unit(battle.active_unit());
  if (battle.active_unit() > 0 && battle.active_unit() <= battle.units_size()) {
    view.set_active_user(battle.units(battle.active_unit() - 1).user_id());
  }
  *view.mutable_units() = battle.units();
  show_resting(battle, view);
  view.set_ending(battle.ending());
  view.set_winner(battle.winner());
  *view.mutable_rewards() = battle.rewards();
  view.set_log_hash(battle.log_hash());
  view.set_actions(battle.actions_size());
  view.set_turn_ends_ms(battle.turn_ends_ms());
  show_more(battle, view);
  return view;
}

}  // namespace battle
