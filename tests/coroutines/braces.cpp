// Values made in braces around a wait: aggregates, initializer lists, defaulted arguments.
#include <memory>
#include <optional>

#include "corpus.hpp"

namespace corpus {
namespace {

Task<Text> maybe(Desk& desk, std::optional<Text> text = {}, Text otherwise = long_text("else")) {
  co_await desk.sleep();
  co_return text ? *text : otherwise;
}

Task<Text> ordered(Desk& desk, Order order = {long_text("default"), "name", {}}) {
  co_await desk.sleep();
  co_return order.id + "|" + order.name;
}

Task<Text> paired(Desk& desk, std::pair<Text, int> pair) {
  co_await desk.sleep();
  co_return pair.first + (pair.second == 3 ? "3" : "other");
}

struct Parcel {
  Order order;
  Text label;
};

Task<Text> parcel(Desk& desk, Parcel parcel) {
  co_await desk.sleep();
  co_return parcel.order.id + parcel.order.name + parcel.label;
}

}  // namespace

IDIOM(aggregate_argument) {
  const Text id = long_text("id");
  const Text heard = co_await child(desk, {id, "name", {}}, "m");
  co_return heard == id + "|name|m";
}

IDIOM(aggregate_argument_named_type) {
  const Text id = long_text("id");
  const Text heard = co_await child(desk, Order{"a" + id, "name", {}}, "m");
  co_return heard == "a" + id + "|name|m";
}

IDIOM(aggregate_argument_designated) {
  const Text id = long_text("id");
  const Text heard = co_await child(desk, {.id = "a" + id, .name = "name", .tags = {}}, "m");
  co_return heard == "a" + id + "|name|m";
}

IDIOM(aggregate_argument_nested) {
  const Text id = long_text("id");
  const Text heard = co_await parcel(desk, {{"a" + id, "b", {}}, "c" + id});
  co_return heard == "a" + id + "bc" + id;
}

IDIOM(aggregate_argument_moved) {
  Order order{long_text("id"), "name", {}};
  const Text id = order.id;
  const Text heard = co_await child(desk, std::move(order), "m");
  co_return heard == id + "|name|m";
}

IDIOM(aggregate_returned) {
  const auto make = [](Desk& at, Text id) -> Task<Order> {
    co_await at.sleep();
    co_return {"a" + id, "name", {id}, 2};
  };
  const Text id = long_text("id");
  const Order order = co_await make(desk, id);
  co_return order.id == "a" + id&& order.tags.at(0) == id&& order.amount == 2;
}

IDIOM(aggregate_of_waits) {
  const Text id = long_text("id");
  const Order order{co_await echo(desk, "a" + id), co_await echo(desk, "b" + id), {}};
  co_return order.id == "a" + id&& order.name == "b" + id;
}

IDIOM(aggregate_argument_of_a_wait) {
  const Text id = long_text("id");
  const Text heard = co_await child(desk, {co_await echo(desk, "a" + id), "b" + id, {}}, "m");
  co_return heard == "a" + id + "|b" + id + "|m";
}

IDIOM(list_walked) {
  const Text id = long_text("id");
  Text sum = "";
  for (const Text& part : {"a" + id, "b" + id}) sum = sum + co_await echo(desk, part);
  co_return sum == "a" + id + "b" + id;
}

IDIOM(pair_argument) {
  const Text id = long_text("id");
  const Text heard = co_await paired(desk, {"a" + id, 3});
  co_return heard == "a" + id + "3";
}

IDIOM(default_argument) {
  const Text heard = co_await maybe(desk);
  co_return heard == long_text("else");
}

IDIOM(default_argument_after_a_temporary) {
  const Text id = long_text("id");
  const Text heard = co_await maybe(desk, "a" + id);
  co_return heard == "a" + id;
}

IDIOM(default_argument_in_braces) {
  const Text heard = co_await ordered(desk);
  co_return heard == long_text("default") + "|name";
}

IDIOM(empty_braces) {
  const Text id = long_text("id");
  const Text heard = co_await maybe(desk, {}, "a" + id);
  co_return heard == "a" + id;
}

IDIOM(made_unique) {
  const Text id = long_text("id");
  const auto order = std::make_unique<Order>(Order{co_await echo(desk, "a" + id), "b" + id, {}});
  co_return order->id == "a" + id && order->name == "b" + id;
}

IDIOM(unique_argument) {
  const auto name_of = [](Desk& at, std::unique_ptr<Order> order) -> Task<Text> {
    co_await at.sleep();
    co_return order->name;
  };
  const Text heard =
      co_await name_of(desk, std::make_unique<Order>(Order{"a", long_text("name"), {}}));
  co_return heard == long_text("name");
}

}  // namespace corpus
