#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "dice.hpp"
#include "rules/damage.hpp"
#include "rules/engine.hpp"
#include "v2/rules_2.hpp"

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
  made.tactics = {"strike", "volley", "heal", "taunt", "sweep", "bleed"};
  return made;
}

Field make_field(int per_side, std::uint64_t seed = 7, const RuleBook& book = book_1()) {
  Field field;
  field.seed = seed;
  field.rules_version = book.version;
  for (int side = 0; side < 2; ++side) {
    for (int n = 0; n < per_side; ++n) {
      field.fighters.push_back(fighter(static_cast<int>(field.fighters.size()) + 1, side));
    }
  }
  place(field);
  begin(field, book);
  return field;
}

// Four fighters a side. The fastest, kMe, acts. It stands in the middle of the field with one enemy
// before it; the others are still in their columns. The fighters are so strong that one percent of
// a blow changes the damage, and so healthy that nobody falls.
constexpr int kMe = 8;
constexpr int kFriend = 7;
constexpr int kEnemy = 1;

Field melee(const RuleBook& book) {
  Field field = make_field(4, 7, book);
  for (Fighter& each : field.fighters) {
    each.hp = each.hp_max = 10'000;
    each.atk = 1'000;
  }
  field.fighter(kMe).at = {4, 2};
  field.fighter(kEnemy).at = {3, 2};
  REQUIRE(field.active() == kMe);
  return field;
}

Action use(const std::string& tactic, int target) {
  return {.act = Act::tactic, .unit = kMe, .tactic = tactic, .target = target};
}

// The code that refuses an action; empty when it is allowed.
std::string against(const Field& field, const RuleBook& book, const Action& action) {
  const char* code = check(field, book, action);
  return code == nullptr ? "" : code;
}

// The expected properties of one tactic. Both rule books have the same tactics, and the second also
// "bleed".
struct TacticRule {
  std::string name;
  int target = kEnemy;
  int range = 1;
  int power = 0;
  int rests = 0;
};

std::vector<TacticRule> tactics_of(const RuleBook& book) {
  std::vector<TacticRule> rules{{.name = "strike", .power = 130, .rests = 2},
                                {.name = "volley", .range = 4, .power = 80, .rests = 2},
                                {.name = "heal", .target = kMe, .range = 3, .rests = 3},
                                {.name = "taunt", .target = 0, .range = 3, .rests = 4},
                                {.name = "sweep", .power = 70, .rests = 3}};
  if (book.version == 2) rules.push_back({.name = "bleed", .power = 60, .rests = 3});
  return rules;
}

const std::vector<const RuleBook*> kBooks{&book_1(), &book_2()};

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
  CHECK(against(field, book_1(), action) == "too_far_to_move");
  action.to = {actor.at.x, -1};
  CHECK(against(field, book_1(), action) == "outside_the_field");
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
    CHECK(against(field, book_1(), taunt) == "tactic_not_ready");
    play(field, book_1(), guard_of(field));
  }
  while (field.active() != unit || field.turn < 5) play(field, book_1(), guard_of(field));
  CHECK(turns_left(field, unit, "taunt") == 0);
  CHECK(check(field, book_1(), taunt) == nullptr);
}

TEST_CASE("every tactic rests for as many turns as the rules say", "[battle]") {
  for (const RuleBook* book : kBooks) {
    CHECK(book->tactics.size() == tactics_of(*book).size());
    for (const TacticRule& rule : tactics_of(*book)) {
      INFO("rules " << book->version << ", " << rule.name);
      Field field = melee(*book);
      const Action again = use(rule.name, rule.target);
      REQUIRE(against(field, *book, again).empty());
      const int used = field.turn;

      play(field, *book, again);

      for (int left = rule.rests - 1; left >= 0; --left) {
        while (field.active() != kMe || field.turn < used + rule.rests - left) {
          play(field, *book, guard_of(field));
        }
        CHECK(turns_left(field, kMe, rule.name) == left);
        CHECK(against(field, *book, again) == (left == 0 ? "" : "tactic_not_ready"));
        if (left > 0) play(field, *book, guard_of(field));
      }
    }
  }
}

TEST_CASE("every tactic that strikes does it with the power the rules say", "[battle]") {
  for (const RuleBook* book : kBooks) {
    for (const TacticRule& rule : tactics_of(*book)) {
      if (rule.power == 0) continue;
      INFO("rules " << book->version << ", " << rule.name);
      Field field = melee(*book);
      const Hit hit = blow(field, field.fighter(kMe), field.fighter(kEnemy), {.power = rule.power});

      const auto hits = play(field, *book, use(rule.name, kEnemy));

      REQUIRE_FALSE(hits.empty());
      CHECK(hits.front().unit == kEnemy);
      CHECK(hits.front().damage == hit.damage);
      CHECK(field.fighter(kEnemy).hp <= 10'000 - hit.damage);
    }
  }
}

TEST_CASE("every tactic reaches as far as the rules say, and no farther", "[battle]") {
  for (const RuleBook* book : kBooks) {
    for (const TacticRule& rule : tactics_of(*book)) {
      if (rule.name == "taunt") continue;
      INFO("rules " << book->version << ", " << rule.name);
      Field field = melee(*book);
      const int target = rule.name == "heal" ? kFriend : kEnemy;
      field.fighter(kMe).at = {7, 4};

      field.fighter(target).at = {7 - rule.range, 4};
      CHECK(against(field, *book, use(rule.name, target)).empty());
      field.fighter(target).at.y -= 1;
      CHECK(against(field, *book, use(rule.name, target)) == "out_of_range");
    }
  }
}

TEST_CASE("a taunt binds the enemies within three cells", "[battle]") {
  for (const RuleBook* book : kBooks) {
    Field field = melee(*book);
    field.fighter(2).at = {1, 2};
    field.fighter(3).at = {0, 2};
    field.fighter(4).at = {2, 0};

    play(field, *book, use("taunt", 0));

    CHECK(field.fighter(kEnemy).taunted_by == kMe);
    CHECK(field.fighter(2).taunted_by == kMe);
    CHECK(field.fighter(3).taunted_by == 0);
    CHECK(field.fighter(4).taunted_by == 0);
    CHECK(field.fighter(kFriend).taunted_by == 0);
  }
}

TEST_CASE("a heal gives back a quarter of all health, and no more than is missing", "[battle]") {
  for (const RuleBook* book : kBooks) {
    for (const auto& [before, after] : {std::pair(1'000, 3'500), std::pair(9'000, 10'000)}) {
      Field field = melee(*book);
      field.fighter(kFriend).at = {4, 3};
      field.fighter(kFriend).hp = before;

      const auto hits = play(field, *book, use("heal", kFriend));

      REQUIRE_FALSE(hits.empty());
      CHECK(hits.front().unit == kFriend);
      CHECK(hits.front().damage == before - after);
      CHECK(field.fighter(kFriend).hp == after);
    }
  }
}

TEST_CASE("a sweep strikes the enemies on three cells across its line, and nobody else",
          "[battle]") {
  for (const RuleBook* book : kBooks) {
    Field field = melee(*book);
    field.fighter(2).at = {3, 1};
    field.fighter(3).at = {3, 3};
    field.fighter(4).at = {2, 2};
    const Field before = field;
    const auto swept = [&](int unit, int draw_index) {
      const Blow how{.power = 70, .draw_index = draw_index};
      return blow(before, before.fighter(kMe), before.fighter(unit), how).damage;
    };

    const auto hits = play(field, *book, use("sweep", kEnemy));

    REQUIRE(hits.size() == 3);
    CHECK(before.fighter(1).hp - field.fighter(1).hp == swept(1, 1));
    CHECK(before.fighter(2).hp - field.fighter(2).hp == swept(2, 5));
    CHECK(before.fighter(3).hp - field.fighter(3).hp == swept(3, 3));
    CHECK(field.fighter(4).hp == 10'000);

    field = before;
    field.fighter(2).at = {2, 1};
    field.fighter(kFriend).at = {3, 1};
    CHECK(play(field, *book, use("sweep", kEnemy)).size() == 2);
    CHECK(field.fighter(kFriend).hp == 10'000);
  }
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
  CHECK(against(field, book_1(), action) == "taunted");
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
  CHECK(against(field, book_1(), {.act = Act::guard, .unit = 1}) == "not_fighting");
}

TEST_CASE("the host's fighters fight to the end among themselves", "[battle]") {
  Field field = make_field(3);

  while (!field.over()) play(field, book_1(), choose(field, book_1(), field.active()));

  CHECK(field.ending == Ending::defeat);
}

TEST_CASE("random battles keep their bounds, use no tactic early, end, and replay to the same hash",
          "[battle]") {
  const RuleBook& book = *kBooks.at(GENERATE(0U, 1U));
  const auto seed = GENERATE(take(20, random(1ULL, 1ULL << 62U)));
  INFO("rules " << book.version << ", seed " << seed);
  std::mt19937_64 generator(seed);
  Field field = make_field(1 + static_cast<int>(seed % kSideMax), seed, book);
  const Field at_start = field;
  std::vector<Action> actions;
  std::map<std::pair<int, std::string>, int> last_used;

  while (!field.over()) {
    actions.push_back(random_action(field, book, generator));
    const Action& action = actions.back();
    REQUIRE(check(field, book, action) == nullptr);
    if (action.act == Act::tactic) {
      const auto [last, first] = last_used.try_emplace({action.unit, action.tactic}, field.turn);
      const int rests = find_tactic(book, action.tactic)->cooldown;
      REQUIRE((first || field.turn >= last->second + rests));
      last->second = field.turn;
    }
    play(field, book, action);
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
    REQUIRE(check(again, book, action) == nullptr);
    play(again, book, action);
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

TEST_CASE("the log hash of a known battle under rules 2 never changes", "[battle]") {
  Field field = make_field(5, 42, book_2());
  for (Fighter& each : field.fighters) {
    each.type = "scout";  // scouts have "bleed" while "strike" is on cooldown
    each.tactics = {"strike"};
  }
  bool wounded = false;
  bool shaken = false;

  while (!field.over()) {
    play(field, book_2(), choose(field, book_2(), field.active()));
    wounded = wounded || !field.effects.empty();
    for (const Fighter& each : field.fighters)
      shaken = shaken || (each.alive() && each.morale < 50);
  }

  CHECK(wounded);
  CHECK(shaken);
  CHECK(field.log_hash == 0x524350acd7d11e37ULL);
  CHECK(field.turn == 7);
}
