// Shape of schema 1: cooldowns count down.
#include "common/shape.hpp"

namespace battle {

void load_lasting(const Battle& battle, rules::Field& field) {
  for (const Cooldown& cooldown : battle.cooldowns()) {
    const bool started = rules::has_started(field, cooldown.unit());
    field.cooldowns.push_back({cooldown.unit(),
                               cooldown.tactic(),
                               rules::ready_at(field.turn, started, cooldown.turns_left())});
  }
}

void store_lasting(const rules::Field& field, Battle& battle) {
  battle.clear_cooldowns();
  for (const rules::Cooldown& cooldown : field.cooldowns) {
    Cooldown* kept = battle.add_cooldowns();
    kept->set_unit(cooldown.unit);
    kept->set_tactic(cooldown.tactic);
    const bool started = rules::has_started(field, cooldown.unit);
    kept->set_turns_left(rules::relative(field.turn, started, cooldown.ready_at_turn));
  }
}

const rules::RuleBook& book_of(int) { return rules::book_1(); }

void show_more(const Battle&, View&) {}

int newest_rules() { return 1; }

std::string_view served_by() { return "battle 1.0.0"; }

}  // namespace battle
