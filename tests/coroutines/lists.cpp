// Initializer lists in the arguments of an awaited call. A file of its own, because g++ 12 does not
// compile it.
#include <map>

#include "corpus.hpp"

namespace corpus {
namespace {

Task<Text> join(Desk& desk, std::vector<Text> parts) {
  co_await desk.sleep();
  Text sum = "";
  for (const Text& part : parts) sum = sum + part;
  co_return sum;
}

}  // namespace

IDIOM(aggregate_argument_with_a_list) {
  const Text id = long_text("id");
  const Text heard = co_await child(desk, {id, "name", {"x", id}}, "m");
  co_return heard == id + "|name|m|x|" + id;
}

IDIOM(aggregate_argument_of_temporaries) {
  const Text id = long_text("id");
  const Text heard = co_await child(desk, {"a" + id, "b" + id, {"c" + id}}, "d" + id);
  co_return heard == "a" + id + "|b" + id + "|d" + id + "|c" + id;
}

IDIOM(list_argument) {
  const Text id = long_text("id");
  const Text heard = co_await join(desk, {id, "b", "c" + id});
  co_return heard == id + "bc" + id;
}

IDIOM(aggregate_of_waits_designated) {
  const Text id = long_text("id");
  const Order order{.id = co_await echo(desk, "a" + id), .name = "b" + id, .tags = {id}};
  co_return order.id == "a" + id&& order.name == "b" + id&& order.tags.size() == 1;
}

IDIOM(list_of_waits) {
  const Text id = long_text("id");
  const std::vector<Text> both{co_await echo(desk, "a" + id), co_await echo(desk, "b" + id)};
  co_return both.at(0) == "a" + id&& both.at(1) == "b" + id;
}

IDIOM(map_of_pairs) {
  const std::map<int, Text> texts{{1, co_await echo(desk, long_text("a"))}, {2, long_text("b")}};
  co_return texts.at(1) == long_text("a") && texts.at(2) == long_text("b");
}

}  // namespace corpus
