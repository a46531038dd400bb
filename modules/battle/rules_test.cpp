#include <catch2/catch.hpp>
#include <random>

#include "dice.hpp"
#include "rules/damage.hpp"
#include "rules/engine.hpp"

using namespace battle::rules;

namespace {

Fighter fighter(int id, int side, const char* type = "guard") {
  Fighter made;
  made.id = id;
  made.side = side;
  made.type = type;
  made.hp = made.hp_max = 120;
  made.atk = 24;
  made.def = 12;
  made.spd = 20 + 3 * id;
  made.tactics = {"strike", "volley", "heal", "taunt", "sweep"};
  return made;
}

Field make_field(int per_side, std::uint64_t seed = 7) {
  Field field;
  field.seed = seed;
  for (int side = 0; side < 2; ++side) {
    for (int n = 0; n < per_side; ++n) {
      field.fighters.push_back(fighter(static_cast<int>(field.fighters.size()) + 1, side));
    }
  }
  place(field);
  begin(field, book_1());
  return field;
}

Action guard_of(const Field& field) { return {.act = Act::guard, .unit = field.active()}; }

// Any legal action of the acting fighter, chosen by the generator.
Action random_action(const Field& field, const RuleBook& book, std::mt19937_64& generator) {
  const auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(generator);
  };
  const Fighter& actor = field.fighter(field.active());
  for (int attempt = 0; attempt < 60; ++attempt) {
    Action action{.act = static_cast<Act>(pick(0, 2)), .unit = actor.id};
    action.moves = pick(0, 1) == 1;
    action.to = {pick(0, kWidth - 1), pick(0, kHeight - 1)};
    if (action.act == Act::tactic) {
      action.tactic =
          book.tactics[static_cast<std::size_t>(pick(0, static_cast<int>(book.tactics.size()) - 1))]
              .name;
    }
    if (action.act != Act::guard) action.target = pick(0, static_cast<int>(field.fighters.size()));
    if (check(field, book, action) == nullptr) return action;
  }
  return pick(0, 1) == 0 ? choose(field, book, actor.id) : guard_of(field);
}

}  // namespace

TEST_CASE("a draw depends on what it is for, not on what was drawn before", "[battle]") {
  const auto alone = dice::draw(7, 3, 2, 1);

  for (int n = 0; n < 100; ++n) dice::draw(7, 3, 2, n);

  CHECK(dice::draw(7, 3, 2, 1) == alone);
  CHECK(dice::draw(7, 3, 1, 2) != alone);
  CHECK(dice::draw(8, 3, 2, 1) != alone);
}

TEST_CASE("the damage of a blow is the formula's", "[battle]") {
  Field field = make_field(1);
  Fighter& striker = field.fighter(1);
  Fighter& target = field.fighter(2);
  striker.at = {3, 2};
  target.at = {4, 2};
  target.facing = {-1, 0};

  const Hit front = blow(field, striker, target, {});

  const int raw = 24 * 100 / 100 * 100 / 112;
  const int luck = 90 + dice::roll(dice::draw(field.seed, field.turn, 1, 1), 21);
  const bool critical = dice::roll(dice::draw(field.seed, field.turn, 1, 2), 100) < 5 + 23 / 10;
  const int plain = raw * luck / 100;
  CHECK(front.critical == critical);
  CHECK(front.damage == std::max(1, critical ? plain * 3 / 2 : plain));
  CHECK_FALSE(front.flank);

  target.facing = {1, 0};
  const Hit behind = blow(field, striker, target, {});
  CHECK(behind.flank);
  CHECK(behind.damage == (critical ? plain * 125 / 100 * 3 / 2 : plain * 125 / 100));

  target.facing = {-1, 0};
  target.guarding = true;
  CHECK(blow(field, striker, target, {}).damage == std::max(1, front.damage / 2));
}

TEST_CASE("the faster fighter acts first and ties go to the lower id", "[battle]") {
  Field field = make_field(3);

  for (std::size_t n = 1; n < field.order.size(); ++n) {
    const auto rank = [&](int id) {
      const int luck = dice::roll(dice::draw(field.seed, field.turn, id, 0), 10);
      return std::pair(-(field.fighter(id).spd * 10 + luck), id);
    };
    CHECK(rank(field.order[n - 1]) < rank(field.order[n]));
  }
  CHECK(field.active() == field.order.front());
}

TEST_CASE("a move is at most two cells and one more for every twenty of speed", "[battle]") {
  Field field = make_field(1);
  Action action = guard_of(field);
  const Fighter& actor = field.fighter(action.unit);
  const int step = actor.side == 0 ? 1 : -1;
  action.moves = true;

  action.to = {actor.at.x + step * move_range(actor), actor.at.y};
  CHECK(check(field, book_1(), action) == nullptr);
  action.to.x += step;
  CHECK(check(field, book_1(), action) == std::string("too_far_to_move"));
  action.to = {actor.at.x, -1};
  CHECK(check(field, book_1(), action) == std::string("outside_the_field"));
  CHECK(move_range(actor) == 2 + actor.spd / 20);
}

TEST_CASE("a tactic rests for its cooldown and is usable again at nothing left", "[battle]") {
  Field field = make_field(1);
  const int unit = field.active();
  const Action taunt{.act = Act::tactic, .unit = unit, .tactic = "taunt"};
  REQUIRE(check(field, book_1(), taunt) == nullptr);

  play(field, book_1(), taunt);

  for (int turn = 2; turn <= 4; ++turn) {
    while (field.active() != unit || field.turn < turn) play(field, book_1(), guard_of(field));
    CHECK(turns_left(field, unit, "taunt") == 5 - turn);
    CHECK(check(field, book_1(), taunt) == std::string("tactic_not_ready"));
    play(field, book_1(), guard_of(field));
  }
  while (field.active() != unit || field.turn < 5) play(field, book_1(), guard_of(field));
  CHECK(turns_left(field, unit, "taunt") == 0);
  CHECK(check(field, book_1(), taunt) == nullptr);
}

TEST_CASE("relative and absolute cooldowns say the same before and after a unit's turn start",
          "[battle]") {
  for (int turn = 1; turn < 10; ++turn) {
    for (int left = 1; left < 5; ++left) {
      for (const bool started : {false, true}) {
        CHECK(relative(turn, started, ready_at(turn, started, left)) == left);
      }
    }
  }
  CHECK(ready_at(3, true, 2) == 5);
  CHECK(ready_at(4, false, 2) == 5);
}

TEST_CASE("a taunted fighter may strike nobody but the taunter", "[battle]") {
  Field field = make_field(2);
  const int actor = field.active();
  Fighter& me = field.fighter(actor);
  const int near_id = me.side == 0 ? 3 : 1;
  me.at = {3, 2};
  field.fighter(near_id).at = {4, 2};
  me.taunted_by = near_id + 1;

  Action action{.act = Act::attack, .unit = actor, .target = near_id};
  CHECK(check(field, book_1(), action) == std::string("taunted"));
  field.fighter(near_id + 1).hp = 0;
  CHECK(check(field, book_1(), action) == nullptr);
}

TEST_CASE("sixty turns without a decision are a draw", "[battle]") {
  Field field = make_field(2);

  while (!field.over()) play(field, book_1(), guard_of(field));

  CHECK(field.ending == Ending::turn_limit);
  CHECK(field.winner == kNobody);
  CHECK(field.turn == kTurnLimit);
}

TEST_CASE("a surrender ends the battle for the other side", "[battle]") {
  Field field = make_field(2);

  play(field, book_1(), {.act = Act::surrender, .unit = 1});

  CHECK(field.ending == Ending::surrender);
  CHECK(field.winner == 1);
  CHECK(check(field, book_1(), {.act = Act::guard, .unit = 1}) == std::string("not_fighting"));
}

TEST_CASE("the host's fighters fight to the end among themselves", "[battle]") {
  Field field = make_field(3);

  while (!field.over()) play(field, book_1(), choose(field, book_1(), field.active()));

  CHECK(field.ending == Ending::defeat);
}

TEST_CASE("random battles keep their bounds, end, and replay to the same hash", "[battle]") {
  const auto seed = GENERATE(take(20, random(1ULL, 1ULL << 62U)));
  INFO("seed " << seed);
  std::mt19937_64 generator(seed);
  Field field = make_field(1 + static_cast<int>(seed % kSideMax), seed);
  const Field at_start = field;
  std::vector<Action> actions;

  while (!field.over()) {
    actions.push_back(random_action(field, book_1(), generator));
    REQUIRE(check(field, book_1(), actions.back()) == nullptr);
    play(field, book_1(), actions.back());
    for (const Fighter& each : field.fighters) {
      REQUIRE(each.hp >= 0);
      REQUIRE(each.hp <= each.hp_max);
      REQUIRE(inside(each.at));
    }
    for (const Cooldown& each : field.cooldowns) {
      REQUIRE(turns_left(field, each.unit, each.tactic) >= 0);
      REQUIRE(field.fighter(each.unit).alive());
    }
  }

  Field again = at_start;
  for (const Action& action : actions) {
    REQUIRE(check(again, book_1(), action) == nullptr);
    play(again, book_1(), action);
  }
  CHECK(again.log_hash == field.log_hash);
  CHECK(again.winner == field.winner);
}

TEST_CASE("the log hash of a known battle never changes", "[battle]") {
  Field field = make_field(3, 42);

  while (!field.over()) play(field, book_1(), choose(field, book_1(), field.active()));

  CHECK(field.log_hash == 0xbb0183ce894d002ULL);
  CHECK(field.turn == 6);
}
