#include "common/codec.hpp"

#include <algorithm>

#include "common/shape.hpp"

namespace battle {
namespace {

rules::Fighter load_unit(const Unit& unit) {
  rules::Fighter fighter;
  fighter.id = unit.id();
  fighter.side = unit.side();
  fighter.by_host = unit.user_id().empty();
  fighter.type = unit.class_();
  fighter.level = unit.level();
  fighter.at = {unit.x(), unit.y()};
  fighter.facing = {unit.facing_x(), unit.facing_y()};
  fighter.hp = unit.hp();
  fighter.hp_max = unit.hp_max();
  fighter.atk = unit.atk();
  fighter.def = unit.def();
  fighter.spd = unit.spd();
  fighter.guarding = unit.guarding();
  fighter.taunted_by = unit.taunted_by();
  fighter.tactics = {unit.tactics().begin(), unit.tactics().end()};
  return fighter;
}

void store_unit(const rules::Fighter& fighter, Unit& unit) {
  unit.set_x(fighter.at.x);
  unit.set_y(fighter.at.y);
  unit.set_facing_x(fighter.facing.x);
  unit.set_facing_y(fighter.facing.y);
  unit.set_hp(fighter.hp);
  unit.set_guarding(fighter.guarding);
  unit.set_taunted_by(fighter.taunted_by);
}

// Removes references to fighters that do not exist. A damaged state may have some.
void drop_strangers(rules::Field& field) {
  std::erase_if(field.order, [&](int id) { return !field.has(id); });
  std::erase_if(field.cooldowns,
                [&](const rules::Cooldown& each) { return !field.has(each.unit); });
  std::erase_if(field.effects, [&](const rules::Effect& each) { return !field.has(each.unit); });
  field.position = std::max(0, field.position);
  int place = 0;
  for (rules::Fighter& fighter : field.fighters) {
    fighter.id = ++place;
    fighter.side = fighter.side == 0 ? 0 : 1;
    if (!field.has(fighter.taunted_by)) fighter.taunted_by = 0;
  }
}

}  // namespace

rules::Field load(const Battle& battle) {
  rules::Field field;
  field.seed = battle.seed();
  field.rules_version = battle.rules_version();
  field.turn = battle.turn();
  field.order = {battle.order().begin(), battle.order().end()};
  field.position = battle.position();
  field.log_hash = battle.log_hash();
  field.ending = static_cast<rules::Ending>(battle.ending());
  field.winner = battle.winner();
  for (const Unit& unit : battle.units()) field.fighters.push_back(load_unit(unit));
  load_lasting(battle, field);
  drop_strangers(field);
  return field;
}

void store(const rules::Field& field, Battle& battle) {
  battle.set_rules_version(field.rules_version);
  battle.set_turn(field.turn);
  battle.clear_order();
  for (const int id : field.order) battle.add_order(id);
  battle.set_position(field.position);
  battle.set_active_unit(field.active());
  battle.set_log_hash(field.log_hash);
  battle.set_ending(static_cast<Battle::Ending>(field.ending));
  battle.set_winner(field.winner);
  for (const rules::Fighter& fighter : field.fighters) {
    store_unit(fighter, *battle.mutable_units(fighter.id - 1));
  }
  store_lasting(field, battle);
}

rules::Action from_wire(const Action& action) {
  return {.act = static_cast<rules::Act>(action.act()),
          .unit = action.unit(),
          .moves = action.moves(),
          .to = {action.to_x(), action.to_y()},
          .tactic = action.tactic(),
          .target = action.target(),
          .automatic = action.automatic()};
}

Action to_wire(const rules::Action& action) {
  Action wire;
  wire.set_act(static_cast<Action::Act>(action.act));
  wire.set_unit(action.unit);
  wire.set_moves(action.moves);
  wire.set_to_x(action.to.x);
  wire.set_to_y(action.to.y);
  wire.set_tactic(action.tactic);
  wire.set_target(action.target);
  wire.set_automatic(action.automatic);
  return wire;
}

Hit to_wire(const rules::Hit& hit) {
  Hit wire;
  wire.set_unit(hit.unit);
  wire.set_damage(hit.damage);
  wire.set_hp(hit.hp);
  wire.set_critical(hit.critical);
  wire.set_flank(hit.flank);
  return wire;
}

Replay replay(const Battle& battle) {
  Replay done;
  rules::Field& field = done.field;
  field.seed = battle.seed();
  field.rules_version = battle.rules_version();
  for (const Action& action : battle.actions()) {
    if (action.act() != Action::RULES) continue;
    field.rules_version = action.to_x();  // the rules before the first change
    break;
  }
  for (const Unit& unit : battle.units()) field.fighters.push_back(load_unit(unit));
  rules::place(field);
  for (rules::Fighter& fighter : field.fighters) {
    const Unit& unit = battle.units(fighter.id - 1);
    fighter.at = {unit.start_x(), unit.start_y()};
    fighter.hp = fighter.hp_max;
    fighter.guarding = false;
    fighter.taunted_by = 0;
  }
  rules::begin(field, book_of(field.rules_version));
  int place = 0;
  for (const Action& wire : battle.actions()) {
    const rules::Action action = from_wire(wire);
    const rules::RuleBook& book = book_of(field.rules_version);
    // A change of rules is not a player's move, so the rules do not check it.
    const bool moves = action.act != rules::Act::rules;
    if (const char* code = moves ? rules::check(field, book, action) : nullptr) {
      done.foul = "action " + std::to_string(place) + ": " + code;
      break;
    }
    rules::play(field, book, action);
    ++place;
  }
  return done;
}

void add_unit(Battle& battle, const game::Sheet& sheet, int side) {
  Unit* unit = battle.add_units();
  unit->set_id(battle.units_size());
  unit->set_character_id(sheet.character_id());
  unit->set_user_id(sheet.user_id());
  unit->set_side(side);
  unit->set_name(sheet.name());
  unit->set_class_(sheet.class_());
  unit->set_level(sheet.level());
  unit->set_hp(sheet.hp());
  unit->set_hp_max(sheet.hp());
  unit->set_atk(sheet.atk());
  unit->set_def(sheet.def());
  unit->set_spd(sheet.spd());
  *unit->mutable_tactics() = sheet.tactics();
}

}  // namespace battle
