// Kinds: the table of one kind of entity: its options, handlers, timers and events. One constexpr
// value per kind.
//
//   constexpr auto kTavern = serai::match_kind<Tavern>(
//       {.name = "tavern", .players_max = 20},
//       serai::join(on_join),
//       serai::rpc<GetTavern>("rpc_get_tavern", on_get, {.key = serai::key::field("tavern_id")}),
//       serai::timer(kLastOrder, on_last_order),
//       serai::event(kCheered));
//
// Errors  a table that contradicts itself does not compile: see check.hpp.
// Owner   constants; texts are literals.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "serai/row.hpp"

namespace serai::inline face {

struct EntityOptions {
  std::string_view name;
  std::uint32_t tick_hz = 0;  // ticks a second, 1 to 60; 0: no tick
  std::uint32_t idle_s = 60;  // after so many seconds without a message the host unloads an entity
  bool journal = false;       // a crash of the host loses at most the last 10 ms of its inputs
  // The field of the state with the user id of the player to whom an entity belongs. An entity
  // whose key is a user id belongs to that player without it.
  std::string_view owner = {};
};

struct MatchOptions {
  std::string_view name;
  std::uint32_t players_max = 0;  // 0: no limit
  std::uint32_t tick_hz = 0;
  std::uint32_t idle_s = 60;
  bool journal = false;
};

namespace detail {

struct KindFacts {
  std::string_view name;
  bool match = false;
  std::uint32_t players_max = 0;
  std::uint32_t tick_hz = 0;
  std::uint32_t idle_s = 60;
  std::uint32_t schema = 1;
  bool journal = false;
  std::string_view owner = {};
};

struct NoState {};

template <class StateType, bool IsMatch, class Steps, class Handlers, class Events>
struct Kind {
  using State = StateType;
  static constexpr bool kMatch = IsMatch;
  static constexpr bool kStateless = std::is_same_v<State, NoState>;

  KindFacts facts;
  Steps steps;
  Handlers handlers;
  Events events;
};

// A table's rows sorted by type; rows of one type keep their order.
template <class Schemas = std::tuple<>, class Handlers = std::tuple<>, class Events = std::tuple<>>
struct Sorted {
  Schemas schemas;
  Handlers handlers;
  Events events;
};

template <class... Steps>
constexpr auto sort(const Schema<Steps...>& row) {
  return Sorted<std::tuple<Schema<Steps...>>>{{row}, {}, {}};
}
template <Trigger On, class Request, class F>
constexpr auto sort(const Handler<On, Request, F>& row) {
  return Sorted<std::tuple<>, std::tuple<Handler<On, Request, F>>>{{}, {row}, {}};
}
template <class M>
constexpr auto sort(const Event<M>& row) {
  return Sorted<std::tuple<>, std::tuple<>, std::tuple<Event<M>>>{{}, {}, {row}};
}
template <class... Rows>
constexpr auto sort(const RowList<Rows...>& list);

template <class... Rows>
constexpr auto sort_all(const Rows&... rows) {
  const auto schemas = std::tuple_cat(sort(rows).schemas...);
  const auto handlers = std::tuple_cat(sort(rows).handlers...);
  const auto events = std::tuple_cat(sort(rows).events...);
  return Sorted<std::remove_cv_t<decltype(schemas)>,
                std::remove_cv_t<decltype(handlers)>,
                std::remove_cv_t<decltype(events)>>{schemas, handlers, events};
}

template <class... Rows>
constexpr auto sort(const RowList<Rows...>& list) {
  return std::apply([](const auto&... rows) { return sort_all(rows...); }, list.rows);
}

template <class State, bool IsMatch, class... Rows>
constexpr auto make_kind(KindFacts facts, const Rows&... rows) {
  const auto sorted = sort_all(rows...);
  using Schemas = std::remove_cv_t<decltype(sorted.schemas)>;
  using Handlers = std::remove_cv_t<decltype(sorted.handlers)>;
  using Events = std::remove_cv_t<decltype(sorted.events)>;
  static_assert(std::tuple_size_v<Schemas> <= 1, "schema() is declared once");
  if constexpr (std::tuple_size_v<Schemas> == 0) {
    return Kind<State, IsMatch, std::tuple<>, Handlers, Events>{
        facts, {}, sorted.handlers, sorted.events};
  } else {
    const auto& schema = std::get<0>(sorted.schemas);
    facts.schema = schema.number;
    using Steps = std::remove_cvref_t<decltype(schema.steps)>;
    return Kind<State, IsMatch, Steps, Handlers, Events>{
        facts, schema.steps, sorted.handlers, sorted.events};
  }
}

}  // namespace detail

// A kind of entity whose state is this Protobuf message.
template <Message State, class... Rows>
constexpr auto kind(EntityOptions options, Rows... rows) {
  return detail::make_kind<State, false>(
      {options.name, false, 0, options.tick_hz, options.idle_s, 1, options.journal, options.owner},
      rows...);
}

// A kind of entity that players join by socket.
template <Message State, class... Rows>
constexpr auto match_kind(MatchOptions options, Rows... rows) {
  return detail::make_kind<State, true>({options.name,
                                         true,
                                         options.players_max,
                                         options.tick_hz,
                                         options.idle_s,
                                         1,
                                         options.journal,
                                         {}},
                                        rows...);
}

// Handlers without an entity, for pure functions and look-ups. They run on all shards at once.
template <class... Rows>
constexpr auto stateless(Rows... rows) {
  return detail::make_kind<detail::NoState, false>({}, rows...);
}

}  // namespace serai::inline face
