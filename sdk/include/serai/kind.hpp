// Kinds: the table that says what an entity is and what it answers to. One constexpr value per
// kind.
//
// Errors  a table that contradicts itself does not compile: see check.hpp.
// Owner   constants; texts are literals.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "serai/handler.hpp"
#include "serai/schema.hpp"

namespace serai::inline face {

struct EntityOptions {
  std::string_view name;
  std::uint32_t tick_hz = 0;  // 0: no tick; else 1 to 60
  std::uint32_t idle_s = 60;  // written and dropped after this long without a message
};

struct MatchOptions {
  std::string_view name;
  std::uint32_t players_max = 0;  // 0: no bound
  std::uint32_t tick_hz = 0;
  std::uint32_t idle_s = 60;
};

namespace detail {

struct KindFacts {
  std::string_view name;
  bool match = false;
  std::uint32_t players_max = 0;
  std::uint32_t tick_hz = 0;
  std::uint32_t idle_s = 60;
  std::uint32_t schema = 1;
};

struct NoState {};

constexpr RpcOptions widen(HandlerOptions options) {
  return {{}, options.creates, options.durable, options.idempotent, options.budget_ms};
}

constexpr RpcOptions widen(TimerOptions options) {
  return {{}, false, options.durable, false, options.budget_ms};
}

template <class StateType, bool IsMatch, class Steps, class Handlers, class Events>
class Kind {
 public:
  using State = StateType;
  static constexpr bool kMatch = IsMatch;
  static constexpr bool kStateless = std::is_same_v<State, NoState>;

  constexpr Kind(KindFacts what, Steps through, Handlers rows, Events pushed)
      : facts(what), steps(through), handlers(rows), events(pushed) {}

  // The schema export writes, and the steps from and to its neighbours.
  template <class... More>
  constexpr auto schema(std::uint32_t number, More... more) const {
    static_assert(std::tuple_size_v<Steps> == 0, "schema() is said once");
    KindFacts changed = facts;
    changed.schema = number;
    return Kind<State, kMatch, std::tuple<More...>, Handlers, Events>(
        changed, std::tuple(more...), handlers, events);
  }

  // A player asks to join; a refusal keeps it out.
  template <class F>
  constexpr auto join(F function, HandlerOptions options = {}) const {
    static_assert(kMatch, "only matches are joined");
    return with<Trigger::join, void>("join", function, widen(options));
  }
  template <class F>
  constexpr auto leave(F function, HandlerOptions options = {}) const {
    static_assert(kMatch, "only matches are left");
    return with<Trigger::leave, void>("leave", function, widen(options));
  }
  template <class F>
  constexpr auto tick(F function, HandlerOptions options = {}) const {
    return with<Trigger::tick, void>("tick", function, widen(options));
  }
  // Match data that clients send with this op code.
  template <class Request = void, class F>
  constexpr auto on(std::int64_t op,
                    std::string_view name,
                    F function,
                    HandlerOptions options = {}) const {
    static_assert(kMatch, "only matches take match data");
    return with<Trigger::data, Request>(name, function, widen(options), op);
  }
  // Clients and modules may call it.
  template <class Request = void, class F>
  constexpr auto rpc(std::string_view name, F function, RpcOptions options = {}) const {
    return with<Trigger::rpc, Request>(name, function, options);
  }
  // Modules only.
  template <class Request = void, class F>
  constexpr auto call(std::string_view name, F function, HandlerOptions options = {}) const {
    return with<Trigger::call, Request>(name, function, widen(options));
  }
  template <class Request = void, class F>
  constexpr auto timer(std::string_view name, F function, TimerOptions options = {}) const {
    return with<Trigger::timer, Request>(name, function, widen(options), 0, options.retries);
  }
  template <Message M>
  constexpr auto event(const Event<M>& added) const {
    auto longer = std::tuple_cat(events, std::tuple(added));
    return Kind<State, kMatch, Steps, Handlers, decltype(longer)>(facts, steps, handlers, longer);
  }

  KindFacts facts;
  Steps steps;
  Handlers handlers;
  Events events;

 private:
  template <Trigger On, class Request, class F>
  constexpr auto with(std::string_view name,
                      F function,
                      RpcOptions options,
                      std::int64_t op = 0,
                      std::uint32_t retries = kWithoutEnd) const {
    auto longer = std::tuple_cat(
        handlers, std::tuple(Handler<On, Request, F>{name, function, options, op, retries}));
    return Kind<State, kMatch, Steps, decltype(longer), Events>(facts, steps, longer, events);
  }
};

template <class State, bool IsMatch>
using FirstKind = Kind<State, IsMatch, std::tuple<>, std::tuple<>, std::tuple<>>;

}  // namespace detail

// A kind of entity whose state is this Protobuf message.
template <Message State>
constexpr auto entity_kind(EntityOptions options) {
  return detail::FirstKind<State, false>(
      {options.name, false, 0, options.tick_hz, options.idle_s, 1}, {}, {}, {});
}

// A kind of entity that players join by socket.
template <Message State>
constexpr auto match_kind(MatchOptions options) {
  return detail::FirstKind<State, true>(
      {options.name, true, options.players_max, options.tick_hz, options.idle_s, 1}, {}, {}, {});
}

// Handlers without an entity: pure functions and look-ups, run on any shard at once.
constexpr auto stateless() { return detail::FirstKind<detail::NoState, false>({}, {}, {}, {}); }

}  // namespace serai::inline face
