// Rows: the entries of a kind's table. See serai::kind() for the table.
//
// Errors  a row that contradicts itself, or does not fit its kind, does not compile: see check.hpp.
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
namespace detail {

constexpr RpcOptions widen(HandlerOptions options) {
  return {{}, options.creates, options.durable, options.idempotent, options.budget_ms};
}

constexpr RpcOptions widen(TimerOptions options) {
  return {{}, false, options.durable, false, options.budget_ms};
}

template <class... Steps>
struct Schema {
  std::uint32_t number;
  std::tuple<Steps...> steps;
};

// Several rows as one, so that tables can share them.
template <class... Rows>
struct RowList {
  std::tuple<Rows...> rows;
};

// A handler must return the answer type that the Call declares.
template <class Answered, class F>
constexpr void check_answer() {
  static_assert(std::is_same_v<Answered, typename Signature<F>::Reply>,
                "the handler answers another type than its Call says");
}

}  // namespace detail

// The number of the schema that exports are written in, and the steps from and to other schemas.
// Without this row the schema is 1.
template <class... Steps>
constexpr auto schema(std::uint32_t number, Steps... steps) {
  return detail::Schema<Steps...>{number, {steps...}};
}

// Handles a player's request to join the match. A refusal keeps the player out.
template <class F>
constexpr auto join(F function, HandlerOptions options = {}) {
  return detail::Handler<detail::Trigger::join, void, F>{"join", function, detail::widen(options)};
}

// Runs when a player has left the match.
template <class F>
constexpr auto leave(F function, HandlerOptions options = {}) {
  return detail::Handler<detail::Trigger::leave, void, F>{
      "leave", function, detail::widen(options)};
}

// Runs as many times a second as the kind's tick_hz.
template <class F>
constexpr auto tick(F function, HandlerOptions options = {}) {
  return detail::Handler<detail::Trigger::tick, void, F>{"tick", function, detail::widen(options)};
}

// Handles match data that clients send with this op code.
template <class Request = void, class F>
constexpr auto on(std::int64_t op, std::string_view name, F function, HandlerOptions options = {}) {
  return detail::Handler<detail::Trigger::data, Request, F>{
      name, function, detail::widen(options), op};
}

// An RPC that clients may call.
template <class Request = void, class F>
constexpr auto rpc(std::string_view name, F function, RpcOptions options = {}) {
  return detail::Handler<detail::Trigger::rpc, Request, F>{name, function, options};
}

// An RPC that clients may call, and modules by its Call.
template <class Request, class Answered, class F>
constexpr auto rpc(const Call<Request, Answered>& call, F function, RpcOptions options = {}) {
  detail::check_answer<Answered, F>();
  return detail::Handler<detail::Trigger::rpc, Request, F>{
      call.handler, function, options, 0, kWithoutEnd, call.kind};
}

// A call that only modules may make.
template <class Request, class Answered, class F>
constexpr auto call(const Call<Request, Answered>& call, F function, HandlerOptions options = {}) {
  detail::check_answer<Answered, F>();
  return detail::Handler<detail::Trigger::call, Request, F>{
      call.handler, function, detail::widen(options), 0, kWithoutEnd, call.kind};
}

// Handles the message that Entity::timer() sends when the timer is due.
template <class M, class F>
constexpr auto timer(const Timer<M>& timer, F function, TimerOptions options = {}) {
  return detail::Handler<detail::Trigger::timer, M, F>{
      timer.name, function, detail::widen(options), 0, options.retries};
}

// Declares an event that a match pushes to its players.
template <class M>
constexpr Event<M> event(const Event<M>& pushed) {
  return pushed;
}

// Rows that several tables share.
template <class... Rows>
constexpr auto rows(Rows... all) {
  return detail::RowList<Rows...>{{all...}};
}

}  // namespace serai::inline face
