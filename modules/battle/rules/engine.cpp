#include "rules/engine.hpp"

#include <algorithm>
#include <array>

#include "dice.hpp"
#include "rules/damage.hpp"

namespace battle::rules {
namespace {

constexpr std::array<Tactic, 5> kTactics{{
    {"strike", Aim::enemy, 1, 130, 2},
    {"volley", Aim::enemy, 4, 80, 2},
    {"heal", Aim::ally, 3, 25, 3},
    {"taunt", Aim::self, 3, 0, 4},
    {"sweep", Aim::three_enemies, 1, 70, 3},
}};

constexpr RuleBook kBook1{.version = 1, .tactics = kTactics};

void hash_action(Field& field, const Action& action) {
  std::uint64_t hash = field.log_hash;
  for (const int word : {static_cast<int>(action.act),
                         action.unit,
                         action.moves ? 1 : 0,
                         action.to.x,
                         action.to.y,
                         action.target}) {
    hash = dice::chain(hash, std::int64_t{word});
  }
  for (const char c : action.tactic) {
    hash = dice::chain(hash, std::int64_t{static_cast<unsigned char>(c)});
  }
  field.log_hash = hash;
}

void hash_hits(Field& field, const std::vector<Hit>& hits) {
  for (const Hit& hit : hits) {
    for (const int word : {hit.unit, hit.damage, hit.hp}) {
      field.log_hash = dice::chain(field.log_hash, std::int64_t{word});
    }
  }
}

void finish(Field& field, Ending ending, int winner) {
  field.ending = ending;
  field.winner = winner;
}

bool stands(const Field& field, int side) {
  return std::any_of(field.fighters.begin(), field.fighters.end(), [&](const Fighter& fighter) {
    return fighter.side == side && fighter.alive();
  });
}

// Removes a fallen fighter's cooldowns and effects.
void bury(Field& field, const RuleBook& book, int unit) {
  std::erase_if(field.cooldowns, [&](const Cooldown& cooldown) { return cooldown.unit == unit; });
  std::erase_if(field.effects, [&](const Effect& effect) { return effect.unit == unit; });
  if (book.fell != nullptr) book.fell(field, field.fighter(unit));
  if (stands(field, 0) && stands(field, 1)) return;
  finish(field, Ending::defeat, stands(field, 0) ? 0 : 1);
}

void land(Field& field, const RuleBook& book, const Hit& hit) {
  Fighter& target = field.fighter(hit.unit);
  target.hp = hit.hp;
  if (!target.alive()) bury(field, book, hit.unit);
}

void order_turn(Field& field) {
  std::vector<std::pair<int, int>> ranked;
  for (const Fighter& fighter : field.fighters) {
    if (!fighter.alive()) continue;
    const int luck = dice::roll(dice::draw(field.seed, field.turn, fighter.id, 0), 10);
    ranked.emplace_back(-(fighter.spd * 10 + luck), fighter.id);
  }
  std::sort(ranked.begin(), ranked.end());
  field.order.clear();
  for (const auto& [rank, id] : ranked) field.order.push_back(id);
  field.position = 0;
}

// Starts the acting fighter's turn: its guard drops, and tactics whose cooldown is over are ready.
std::vector<Hit> start(Field& field, const RuleBook& book) {
  Fighter& fighter = field.fighter(field.active());
  fighter.guarding = false;
  std::erase_if(field.cooldowns, [&](const Cooldown& cooldown) {
    return cooldown.unit == fighter.id && cooldown.ready_at_turn <= field.turn;
  });
  if (book.turn_starts == nullptr) return {};
  std::vector<Hit> hits = book.turn_starts(field, fighter);
  for (const Hit& hit : hits) land(field, book, hit);
  return hits;
}

void next_turn(Field& field) {
  if (field.turn >= kTurnLimit) return finish(field, Ending::turn_limit, kNobody);
  field.turn += 1;
  order_turn(field);
}

// Passes the turn to the next living fighter.
std::vector<Hit> pass_on(Field& field, const RuleBook& book) {
  std::vector<Hit> all;
  while (!field.over()) {
    field.position += 1;
    if (static_cast<std::size_t>(field.position) >= field.order.size()) next_turn(field);
    if (field.over() || !field.fighter(field.active()).alive()) continue;
    const std::vector<Hit> hits = start(field, book);
    all.insert(all.end(), hits.begin(), hits.end());
    if (!field.over() && field.fighter(field.active()).alive()) break;
  }
  return all;
}

struct Strike {
  int unit = 0;
  int target = 0;
  Blow how{};
  std::string_view tactic{};  // empty: a plain attack
};

std::vector<Hit> strike(Field& field, const RuleBook& book, const Strike& made) {
  Blow with_morale = made.how;
  if (book.damage_percent != nullptr)
    with_morale.percent = book.damage_percent(field.fighter(made.unit));
  const Hit hit = blow(field, field.fighter(made.unit), field.fighter(made.target), with_morale);
  land(field, book, hit);
  if (book.struck != nullptr && field.fighter(made.target).alive()) {
    book.struck(field, field.fighter(made.unit), field.fighter(made.target), made.tactic);
  }
  return {hit};
}

// Strikes the enemies on the target's cell and on the two cells beside it, across the line of the
// blow.
std::vector<Hit> sweep(Field& field, const RuleBook& book, const Action& action, int power) {
  const Cell line = towards(field.fighter(action.unit).at, field.fighter(action.target).at);
  const Cell middle = field.fighter(action.target).at;
  const int side = field.fighter(action.unit).side;
  std::vector<Hit> hits;
  int draw_index = 1;
  for (const int step : {0, -1, 1}) {
    const Cell cell{middle.x + step * line.y, middle.y + step * line.x};
    const Fighter* target = standing_at(field, cell);
    if (target != nullptr && target->side != side) {
      const Blow how{.power = power, .draw_index = draw_index};
      hits.push_back(strike(field, book, {action.unit, target->id, how, action.tactic}).front());
    }
    draw_index += 2;
  }
  return hits;
}

Hit heal(Field& field, int target, int percent) {
  Fighter& ally = field.fighter(target);
  const int healed = std::min(ally.hp_max - ally.hp, ally.hp_max * percent / 100);
  ally.hp += healed;
  return {.unit = target, .damage = -healed, .hp = ally.hp};
}

void taunt(Field& field, const Fighter& taunter, int range) {
  for (Fighter& enemy : field.fighters) {
    if (enemy.side == taunter.side || !enemy.alive()) continue;
    if (distance(enemy.at, taunter.at) <= range) enemy.taunted_by = taunter.id;
  }
}

std::vector<Hit> use(Field& field, const RuleBook& book, const Action& action) {
  const Tactic& tactic = *find_tactic(book, action.tactic);
  field.cooldowns.push_back({action.unit, action.tactic, field.turn + tactic.cooldown});
  switch (tactic.aim) {
    case Aim::enemy:
      return strike(
          field, book, {action.unit, action.target, {.power = tactic.power}, tactic.name});
    case Aim::three_enemies:
      return sweep(field, book, action, tactic.power);
    case Aim::ally:
      return {heal(field, action.target, tactic.power)};
    case Aim::self:
      taunt(field, field.fighter(action.unit), tactic.range);
  }
  return {};
}

void step(Fighter& fighter, const Action& action) {
  if (!action.moves || fighter.at == action.to) return;
  fighter.facing = towards(fighter.at, action.to);
  fighter.at = action.to;
}

std::vector<Hit> act(Field& field, const RuleBook& book, const Action& action) {
  Fighter& fighter = field.fighter(action.unit);
  step(fighter, action);
  fighter.taunted_by = 0;  // a taunt binds for one turn, also if the fighter only guards
  if (action.target != 0 && action.target != action.unit) {
    fighter.facing = towards(fighter.at, field.fighter(action.target).at);
  }
  switch (action.act) {
    case Act::attack:
      return strike(field, book, {action.unit, action.target, {}, ""});
    case Act::tactic:
      return use(field, book, action);
    default:
      fighter.guarding = true;
      return {};
  }
}

}  // namespace

const RuleBook& book_1() { return kBook1; }

void place(Field& field) {
  std::array<int, 2> row{0, 0};
  for (Fighter& fighter : field.fighters) {
    const auto side = static_cast<std::size_t>(fighter.side);
    fighter.at = {fighter.side == 0 ? 1 : kWidth - 2, row[side]++};
    fighter.facing = {fighter.side == 0 ? 1 : -1, 0};
  }
}

std::vector<Hit> begin(Field& field, const RuleBook& book) {
  field.turn = 1;
  field.log_hash = dice::mix(field.seed);
  order_turn(field);
  return start(field, book);
}

std::vector<Hit> play(Field& field, const RuleBook& book, const Action& action) {
  hash_action(field, action);
  std::vector<Hit> hits;
  if (action.act == Act::surrender) {
    finish(field, Ending::surrender, 1 - field.fighter(action.unit).side);
  } else if (action.act == Act::rules) {
    field.rules_version = action.target;
  } else {
    hits = act(field, book, action);
    const std::vector<Hit> later = pass_on(field, book);
    hits.insert(hits.end(), later.begin(), later.end());
  }
  hash_hits(field, hits);
  return hits;
}

int fallen(const Field& field, int side) {
  return static_cast<int>(
      std::count_if(field.fighters.begin(), field.fighters.end(), [&](const Fighter& fighter) {
        return fighter.side == side && !fighter.alive();
      }));
}

int levels(const Field& field, int side) {
  int sum = 0;
  for (const Fighter& fighter : field.fighters) sum += fighter.side == side ? fighter.level : 0;
  return sum;
}

}  // namespace battle::rules
