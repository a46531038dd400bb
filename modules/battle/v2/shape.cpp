#include "v2/shape.hpp"

#include "common/codec.hpp"
#include "v2/rules_2.hpp"

namespace battle {
namespace {

constexpr int kMoraleFull = 100;
constexpr int kOldRules = 1;
constexpr int kNewRules = 2;

// Changes a running battle to rules 1, and adds the change to its actions.
void fall_back_to_old_rules(Battle& battle) {
  if (battle.ending() != Battle::NONE) return;
  rules::Field field = load(battle);
  if (field.turn == 0) return battle.set_rules_version(kOldRules);
  const rules::Action change{
      .act = rules::Act::rules, .to = {field.rules_version, 0}, .target = kOldRules};
  rules::play(field, book_of(field.rules_version), change);
  *battle.add_actions() = to_wire(change);
  battle.set_rules_version(field.rules_version);
  battle.set_log_hash(field.log_hash);
}

}  // namespace

void load_lasting(const Battle& battle, rules::Field& field) {
  for (const Cooldown& cooldown : battle.cooldowns()) {
    field.cooldowns.push_back({cooldown.unit(), cooldown.tactic(), cooldown.ready_at_turn()});
  }
  for (const Effect& effect : battle.effects()) {
    field.effects.push_back(
        {effect.unit(), effect.name(), effect.power(), effect.ends_after_turn()});
  }
  // Before the first turn no morale is stored. Units begin with the maximum.
  const bool fresh = battle.turn() == 0;
  int place = 0;
  for (rules::Fighter& fighter : field.fighters) {
    const int morale = battle.units(place++).morale();
    fighter.morale = fresh ? kMoraleFull : morale;
  }
}

void store_lasting(const rules::Field& field, Battle& battle) {
  battle.clear_cooldowns();
  for (const rules::Cooldown& cooldown : field.cooldowns) {
    Cooldown* kept = battle.add_cooldowns();
    kept->set_unit(cooldown.unit);
    kept->set_tactic(cooldown.tactic);
    kept->set_ready_at_turn(cooldown.ready_at_turn);
  }
  battle.clear_effects();
  for (const rules::Fighter& fighter : field.fighters) {
    battle.mutable_units(fighter.id - 1)->set_morale(fighter.morale);
  }
  if (field.over()) return;
  for (const rules::Effect& effect : field.effects) {
    Effect* kept = battle.add_effects();
    kept->set_unit(effect.unit);
    kept->set_name(effect.name);
    kept->set_power(effect.power);
    kept->set_ends_after_turn(effect.ends_after_turn);
  }
}

const rules::RuleBook& book_of(int rules_version) {
  return rules_version >= kNewRules ? rules::book_2() : rules::book_1();
}

void show_more(const Battle& battle, View& view) { *view.mutable_effects() = battle.effects(); }

int newest_rules() { return kNewRules; }

std::string_view served_by() { return "battle 2.0.0"; }

void upgrade_from_1(Battle& battle) {
  const rules::Field field = load(battle);
  for (Cooldown& cooldown : *battle.mutable_cooldowns()) {
    const bool started = rules::has_started(field, cooldown.unit());
    cooldown.set_ready_at_turn(rules::ready_at(field.turn, started, cooldown.old_turns_left()));
    cooldown.clear_old_turns_left();
  }
  for (Unit& unit : *battle.mutable_units()) unit.set_morale(kMoraleFull);
}

serai::Reply downgrade_to_1(Battle& battle) {
  if (!battle.effects().empty()) {
    return serai::refuse("effect_lives", battle.effects(0).name() + " is unknown to schema 1");
  }
  if (battle.rules_version() > kOldRules) fall_back_to_old_rules(battle);
  const rules::Field field = load(battle);
  for (Cooldown& cooldown : *battle.mutable_cooldowns()) {
    const bool started = rules::has_started(field, cooldown.unit());
    cooldown.set_old_turns_left(rules::relative(field.turn, started, cooldown.ready_at_turn()));
    cooldown.clear_ready_at_turn();
  }
  for (Unit& unit : *battle.mutable_units()) unit.clear_morale();
  return serai::accept();
}

}  // namespace battle
