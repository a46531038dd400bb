// Temporaries that live across a wait: by reference, in chains, nested, in loops, with exceptions.
#include <map>
#include <tuple>

#include "corpus.hpp"

namespace corpus {
namespace {

Task<std::pair<Text, Text>> both(Desk& desk, Text first, Text second) {
  co_await desk.sleep();
  co_return {first, second};
}

Task<std::vector<Text>> all(Desk& desk, Text first) {
  co_await desk.sleep();
  co_return std::vector<Text>{first, first + "!"};
}

Text join(const Text& left, const Text& right) { return left + "&" + right; }

struct Ledger {
  Text owner;
  Task<Text> read(Desk& desk, Text account) const {
    co_await desk.sleep();
    co_return owner + ":" + account;
  }
};

template <class Value>
Task<Value> same(Desk& desk, Value value) {
  co_await desk.sleep();
  co_return value;
}

Task<Text> deep(Desk& desk, Text text, int depth) {
  if (depth == 0) co_return text;
  co_return co_await deep(desk, text + ".", depth - 1);
}

}  // namespace

IDIOM(temporary_by_view) {
  const Text id = long_text("id");
  const Answer<Text> heard = co_await desk.balance("player:" + id);
  co_return *heard == "player:" + id;
}

IDIOM(temporary_by_reference) {
  const Text id = long_text("id");
  const Text heard = co_await echo_of(desk, "a" + id);
  co_return heard == "a" + id;
}

IDIOM(temporary_by_value) {
  const Text id = long_text("id");
  const Text heard = co_await echo(desk, "a" + id);
  co_return heard == "a" + id;
}

IDIOM(member_of_a_temporary) {
  const Text id = long_text("id");
  const Text heard = co_await Ledger{"a" + id}.read(desk, "b" + id);
  co_return heard == "a" + id + ":b" + id;
}

IDIOM(value_of_the_answer) {
  const Text id = long_text("id");
  const Text heard = *co_await answer(desk, "a" + id);
  co_return heard == "a" + id;
}

IDIOM(member_of_the_answer) {
  const Text id = long_text("id");
  const std::size_t size = (co_await answer(desk, "a" + id))->size();
  co_return size == id.size() + 1;
}

IDIOM(refusal_of_the_answer) {
  const Text id = long_text("id");
  const Reply reply = (co_await answer(desk, "a" + id, false)).refusal();
  co_return reply.code() == "no" && !(co_await desk.refused()).ok();
}

IDIOM(sum_of_waits) {
  const Text id = long_text("id");
  const Text sum = co_await echo(desk, "a" + id) + co_await echo(desk, "b" + id);
  co_return sum == "a" + id + "b" + id;
}

IDIOM(wait_amid_a_sum) {
  const Text id = long_text("id");
  const Text sum = "a" + id + co_await echo(desk, "b" + id) + "c";
  co_return sum == "a" + id + "b" + id + "c";
}

IDIOM(waits_as_arguments) {
  const Text id = long_text("id");
  const Text sum = join(co_await echo(desk, "a" + id), co_await echo(desk, "b" + id));
  co_return sum == "a" + id + "&b" + id;
}

IDIOM(wait_beside_a_temporary) {
  const Text id = long_text("id");
  const Text sum = join("a" + id, co_await echo(desk, "b" + id));
  co_return sum == "a" + id + "&b" + id;
}

IDIOM(nested_waits) {
  const Text id = long_text("id");
  const Text heard = co_await echo(desk, co_await echo(desk, "a" + id) + "b");
  co_return heard == "a" + id + "b";
}

IDIOM(nested_answer) {
  const Text id = long_text("id");
  const auto heard = co_await desk.balance("x" + *co_await answer(desk, "a" + id));
  co_return *heard == "xa" + id;
}

IDIOM(returned_wait) {
  const auto pass_on = [](Desk& at, Text text) -> Task<Text> {
    co_return co_await echo(at, "a" + text);
  };
  const Text id = long_text("id");
  co_return co_await pass_on(desk, id) == "a" + id;
}

IDIOM(returned_temporary_beside_a_wait) {
  const auto pass_on = [](Desk& at, Text text) -> Task<Answer<Text>> {
    co_return "a" + text + co_await echo(at, text);
  };
  const Text id = long_text("id");
  co_return *co_await pass_on(desk, id) == "a" + id + id;
}

IDIOM(recursion) {
  const Text id = long_text("id");
  const Text heard = co_await deep(desk, "a" + id, 5);
  co_return heard == "a" + id + ".....";
}

IDIOM(structured_binding) {
  const Text id = long_text("id");
  const auto [first, second] = co_await both(desk, "a" + id, "b" + id);
  co_return first == "a" + id&& second == "b" + id;
}

IDIOM(structured_binding_by_reference) {
  const Text id = long_text("id");
  const auto& [first, second] = co_await both(desk, "a" + id, "b" + id);
  co_await desk.sleep();
  co_return first == "a" + id&& second == "b" + id;
}

IDIOM(structured_binding_of_a_tuple) {
  const Text id = long_text("id");
  auto&& [first, second] = std::tuple(co_await echo(desk, "a" + id), "b" + id);
  co_return first == "a" + id&& second == "b" + id;
}

IDIOM(reference_to_the_answer) {
  const Text id = long_text("id");
  const auto& heard = co_await answer(desk, "a" + id);
  co_await desk.sleep();
  co_return *heard == "a" + id;
}

IDIOM(loop_over_a_wait) {
  const Text id = long_text("id");
  Text sum = "";
  for (const Text& part : co_await all(desk, "a" + id)) sum = sum + co_await echo(desk, part);
  co_return sum == "a" + id + "a" + id + "!";
}

IDIOM(loop_of_waits) {
  Text sum = "";
  for (int i = 0; i < 3; ++i) {
    sum = sum + *co_await desk.balance(i % 2 == 0 ? "even" + long_text("x") : "odd");
  }
  co_return sum == "even" + long_text("x") + "odd" + "even" + long_text("x");
}

IDIOM(loop_with_a_way_out) {
  const Text id = long_text("id");
  for (int i = 0; i < 5; ++i) {
    const Text heard = co_await echo(desk, "a" + id);
    if (i == 1) continue;
    if (i == 2) break;
    if (!(heard == "a" + id)) co_return false;
  }
  co_return true;
}

IDIOM(assigned_wait) {
  Text text = long_text("before");
  text = co_await echo(desk, "a" + text);
  text += co_await echo(desk, "b");
  co_return text == "a" + long_text("before") + "b";
}

IDIOM(subscript_and_value) {
  std::map<std::size_t, Text> texts;
  texts[(co_await echo(desk, "abc")).size()] = co_await echo(desk, long_text("value"));
  co_return texts.at(3) == long_text("value");
}

IDIOM(thrown_away) {
  const Text id = long_text("id");
  co_await desk.balance("player:" + id);
  static_cast<void>(co_await answer(desk, "a" + id));
  co_await child(desk, {"a" + id, id, {}}, "m" + id);
  co_return true;
}

IDIOM(comma) {
  const Text id = long_text("id");
  const Text heard = (co_await desk.sleep(), co_await echo(desk, "a" + id));
  co_return heard == "a" + id;
}

IDIOM(task_in_a_variable) {
  const Text id = long_text("id");
  auto task = echo(desk, "a" + id);
  const Text heard = co_await task;
  auto other = echo(desk, "b" + id);
  co_return heard == "a" + id&& co_await std::move(other) == "b" + id;
}

IDIOM(template_of_a_task) {
  const Text id = long_text("id");
  const auto pair = co_await same(desk, std::pair("a" + id, 7));
  co_return pair.first == "a" + id&& pair.second == 7;
}

IDIOM(transfer_in_a_chain) {
  const Text id = long_text("id");
  const auto heard =
      co_await same(desk, serai::Transfer("a" + id, "toll").move("player:" + id, "sink", 3));
  static_cast<void>(heard);
  co_return true;
}

IDIOM(lambda_awaited_in_place) {
  const Text id = long_text("id");
  const Text heard = co_await [](Desk& at, Text text) -> Task<Text> {
    co_await at.sleep();
    co_return "a" + text;
  }(desk, "b" + id);
  co_return heard == "ab" + id;
}

IDIOM(capturing_lambda_awaited_in_place) {
  const Text id = long_text("id");
  const Text heard = co_await [&desk, id]() -> Task<Text> {
    co_await desk.sleep();
    co_return "a" + id;
  }();
  co_return heard == "a" + id;
}

IDIOM(lambda_called_in_the_arguments) {
  const Text id = long_text("id");
  const Text heard = co_await echo(desk, [&] { return "a" + id; }());
  co_return heard == "a" + id;
}

IDIOM(lambda_as_an_argument) {
  const auto apply = [](Desk& at, auto change, Text text) -> Task<Text> {
    co_await at.sleep();
    co_return change(text);
  };
  const Text id = long_text("id");
  const Text heard = co_await apply(
      desk, [id](const Text& text) { return text + id; }, "a" + id);
  co_return heard == "a" + id + id;
}

IDIOM(thrown_amid_temporaries) {
  const Text id = long_text("id");
  try {
    co_await child(desk, {co_await throws(desk, "a" + id), "b" + id, {}}, "m");
  } catch (const std::runtime_error& error) {
    co_return std::string_view(error.what()) == std::string_view("a" + id);
  }
  co_return false;
}

IDIOM(waits_after_a_catch) {
  const Text id = long_text("id");
  bool caught = false;
  try {
    co_await throws(desk, "a" + id);
  } catch (const std::runtime_error&) {
    caught = true;
  }
  const Text heard = co_await echo(desk, caught ? "b" + id : id);
  co_return heard == "b" + id;
}

}  // namespace corpus
