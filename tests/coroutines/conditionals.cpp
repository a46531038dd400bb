// Choices around a wait: conditionals, short circuits, conditions of statements.
#include "corpus.hpp"

namespace corpus {
namespace {

bool yes(const Text& text) { return text.size() > 0; }

}  // namespace

IDIOM(conditional_argument_first) {
  const Text id = long_text("id");
  const Answer<Text> heard = co_await desk.balance(yes(id) ? "player:" + id : "sink");
  co_return *heard == "player:" + id;
}

IDIOM(conditional_argument_second) {
  const Text id = long_text("id");
  const Answer<Text> heard = co_await desk.balance(!yes(id) ? "player:" + id : "sink");
  co_return *heard == "sink";
}

IDIOM(conditional_in_the_target) {
  const Text text = long_text("m");
  const auto heard = co_await desk.call({"lab", yes(text) ? desk.key() : "absent", "svc"}, text);
  co_return *heard == "lab/" + desk.key() + "/svc:" + text;
}

IDIOM(conditional_in_the_target_other_way) {
  const Text text = long_text("m");
  const auto heard = co_await desk.call({"lab", !yes(text) ? desk.key() : "absent", "svc"}, text);
  co_return *heard == "lab/absent/svc:" + text;
}

IDIOM(conditional_in_an_aggregate) {
  const Text id = long_text("id");
  const Text heard = co_await child(desk, {yes(id) ? id : "none", "name", {}}, "m");
  co_return heard == id + "|name|m";
}

IDIOM(conditional_aggregate) {
  const Text id = long_text("id");
  const Text heard = co_await child(desk, yes(id) ? Order{id, "a", {}} : Order{"b", id, {}}, "m");
  co_return heard == id + "|a|m";
}

IDIOM(conditional_wait) {
  const Text other = long_text("other");
  const Text heard = yes(other) ? co_await echo(desk, other + "!") : other;
  co_return heard == other + "!";
}

IDIOM(conditional_wait_not_taken) {
  const Text other = long_text("other");
  const Text heard = !yes(other) ? co_await echo(desk, other + "!") : other;
  co_return heard == other;
}

IDIOM(conditional_wait_with_conditional_argument) {
  const Text other = long_text("other");
  const Text heard =
      yes(other) ? co_await echo(desk, yes(other) ? "a" + other : "b" + other) : other;
  co_return heard == "a" + other;
}

IDIOM(conditional_waits_on_both_sides) {
  const Text id = long_text("id");
  const Text heard = yes(id) ? co_await echo(desk, "a" + id) : co_await echo(desk, "b" + id);
  co_return heard == "a" + id;
}

IDIOM(conditional_on_a_wait) {
  const Text id = long_text("id");
  const Text heard = co_await decide(desk, "a" + id, true) ? "yes" + id : Text("no");
  co_return heard == "yes" + id;
}

IDIOM(conditional_returned) {
  const Text id = long_text("id");
  const auto choose = [](Desk& at, Text text, bool wait) -> Task<Text> {
    co_return wait ? co_await echo(at, "waited " + text) : text;
  };
  const Text first = co_await choose(desk, id, true);
  const Text second = co_await choose(desk, id, false);
  co_return first == "waited " + id&& second == id;
}

IDIOM(and_of_two_waits) {
  const Text id = long_text("id");
  const bool both = co_await decide(desk, "a" + id, true) && co_await decide(desk, "b" + id, true);
  const bool none = co_await decide(desk, "a" + id, false) && co_await decide(desk, "b" + id, true);
  co_return both && !none;
}

IDIOM(or_of_two_waits) {
  const Text id = long_text("id");
  co_return co_await decide(desk, "a" + id, false) || co_await decide(desk, "b" + id, true);
}

IDIOM(condition_of_if) {
  const Text id = long_text("id");
  if (co_await echo(desk, "a" + id) == "a" + id) co_return true;
  co_return false;
}

IDIOM(condition_of_if_negated_answer) {
  const Text id = long_text("id");
  if (!(co_await desk.balance("player:" + id)).ok()) co_return false;
  co_return true;
}

IDIOM(condition_of_if_with_initializer) {
  const Text id = long_text("id");
  if (const auto heard = co_await answer(desk, "a" + id); heard.ok()) co_return *heard == "a" + id;
  co_return false;
}

IDIOM(condition_declares) {
  const Text id = long_text("id");
  if (const auto heard = co_await desk.balance("a" + id)) co_return *heard == "a" + id;
  co_return false;
}

IDIOM(condition_of_while) {
  const Text id = long_text("id");
  int left = 3;
  while (co_await decide(desk, "a" + id, left > 0)) --left;
  co_return left == 0;
}

IDIOM(condition_of_do_while) {
  const Text id = long_text("id");
  int passes = 0;
  do {
    ++passes;
  } while (co_await decide(desk, passes % 2 != 0 ? "a" + id : id, passes < 3));
  co_return passes == 3;
}

IDIOM(condition_of_switch) {
  const Text id = long_text("id");
  switch ((co_await echo(desk, "a" + id)).size()) {
    case 0:
      co_return false;
    default:
      break;
  }
  co_return true;
}

IDIOM(conditional_reply) {
  const Text id = long_text("id");
  const Reply reply = yes(id) ? co_await desk.sleep() : serai::refuse("no", std::string_view(id));
  co_return reply.ok();
}

}  // namespace corpus
