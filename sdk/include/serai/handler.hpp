// Handlers: the rows of a kind's table, and how their functions are called.
//
// A handler is a free function. Each parameter is chosen by its type, in any order, all optional:
//   State&, const State&          the entity's state
//   Match&, Entity&, Context&     the context
//   Player, const Player&         the player behind the message
//   Request, const Request&       the message, already parsed
//   std::string_view, std::string the raw payload, for handlers without a request type
//   JoinMetadata                  in join handlers
// It returns void, Reply, Answer<Message>, Answer<std::string> (raw), or a Task of one of these.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "serai/entity.hpp"
#include "serai/task.hpp"

namespace serai::inline face {

// The rule by which a client's RPC is routed to an entity.
struct Key {
  std::string_view rule;   // caller, field, fresh or singleton
  std::string_view field;  // with the rule "field": the name of the request's field
};

namespace key {
// NOLINTBEGIN(readability-identifier-naming): names that tables use
inline constexpr Key caller{"caller", {}};        // the calling player's user id
inline constexpr Key fresh{"fresh", {}};          // a new UUID, for an RPC that creates an entity
inline constexpr Key singleton{"singleton", {}};  // the single entity of the kind
constexpr Key field(std::string_view name) { return {"field", name}; }  // a field of the request
// NOLINTEND(readability-identifier-naming)
}  // namespace key

struct RpcOptions {
  Key key{};
  bool creates = false;         // may create an entity that does not exist yet
  bool durable = false;         // answered when its effects are on disk
  bool idempotent = false;      // a repeated idem_key gets the first answer again
  std::uint32_t budget_ms = 0;  // 0: the host's default
};

struct HandlerOptions {
  bool creates = false;
  bool durable = false;
  bool idempotent = false;
  std::uint32_t budget_ms = 0;
};

// For TimerOptions::retries: no limit.
inline constexpr std::uint32_t kWithoutEnd = UINT32_MAX;

// A timer is done when its handler has succeeded and its effects are stored. If the handler refuses
// or throws, or its effects cannot be stored, the timer fires again 1 s later, then with doubled
// waits up to 1 h. After `retries` further tries the host removes the timer, and logs and counts
// the removal. The module gets no message about it.
struct TimerOptions {
  bool durable = false;
  std::uint32_t budget_ms = 0;
  std::uint32_t retries = kWithoutEnd;  // tries after the first one
};

namespace detail {

enum class Trigger { rpc, call, data, join, leave, tick, timer };

template <class T>
struct TaskResult {
  using Type = T;
  static constexpr bool kWaits = false;
};
template <class T>
struct TaskResult<Task<T>> {
  using Type = T;
  static constexpr bool kWaits = true;
};

template <class T>
struct AnswerOf {
  using Type = void;
};
template <class T>
struct AnswerOf<Answer<T>> {
  using Type = T;
};

template <class F>
struct Signature;
template <class R, class... Params>
struct Signature<R (*)(Params...)> {
  using Result = typename TaskResult<R>::Type;
  using Reply = typename AnswerOf<Result>::Type;  // void: the reply is its status alone
  static constexpr bool kWaits = TaskResult<R>::kWaits;
};

// The values from which a handler's parameters are taken. Request is std::string_view for raw
// payloads.
template <class State, class Request>
struct Inputs {
  State* state;
  Match& context;
  Request& request;
};

template <class State, class Request, class Param>
constexpr bool kIsState =
    std::is_lvalue_reference_v<Param>&& std::is_same_v<std::remove_cvref_t<Param>, State>;

template <class Param, class State, class Request>
decltype(auto) pick(Inputs<State, Request>& inputs) {
  using Bare = std::remove_cvref_t<Param>;
  if constexpr (kIsState<State, Request, Param>) {
    return static_cast<State&>(*inputs.state);
  } else if constexpr (std::is_base_of_v<Context, Bare>) {
    return static_cast<Bare&>(inputs.context);
  } else if constexpr (std::is_same_v<Bare, Player>) {
    return inputs.context.player();
  } else if constexpr (std::is_same_v<Bare, JoinMetadata>) {
    return JoinMetadata(Access::payload(inputs.context));
  } else if constexpr (std::is_same_v<Request, std::string_view> &&
                       std::is_same_v<Bare, std::string>) {
    return std::string(inputs.request);
  } else if constexpr (std::is_same_v<Bare, Request>) {
    return static_cast<Request&&>(inputs.request);
  } else {
    static_assert(std::is_same_v<Bare, Request>,
                  "a handler's parameter is neither its state, context, player nor request");
  }
}

template <class State, class Request, class R, class... Params>
R invoke(R (*function)(Params...), Inputs<State, Request> inputs) {
  if constexpr (TaskResult<R>::kWaits) {
    constexpr bool values = ((!std::is_reference_v<Params> || kIsState<State, Request, Params> ||
                              std::is_base_of_v<Context, std::remove_cvref_t<Params>>)&&...);
    static_assert(values, "a waiting handler takes its request and player by value");
  }
  return function(pick<Params>(inputs)...);
}

// One row of the table. Request is void for handlers without a request type.
template <Trigger On, class RequestType, class F>
struct Handler {
  static constexpr Trigger kOn = On;
  using Request = RequestType;
  using Function = F;

  std::string_view name;
  F function;
  RpcOptions options;
  std::int64_t op = 0;                  // the op code of match data
  std::uint32_t retries = kWithoutEnd;  // of a timer
  std::string_view kind = {};           // the kind in the row's Call; empty: any kind
};

}  // namespace detail
}  // namespace serai::inline face
