// Call: the name of a handler that other modules may call, with the types of its request and its
// answer. The module that has the handler and the modules that call it share one constant.
//
//   constexpr serai::Call<Lock, Locked> kLock{"character", "svc_lock"};
//   serai::call(kLock, on_lock, {.durable = true})            // a row of the table
//   const auto locked = co_await entity.call(kLock, id, lock);  // Answer<Locked>
//   entity.send(kLock, id, lock);                               // without waiting for an answer
//
// Owner   texts are literals, or borrowed until call() or send() has returned.
#pragma once

#include <string_view>

#include "serai/wire.hpp"

namespace serai::inline face {

// AnswerType is a message, std::string for raw bytes, or void: callers then get a Reply, without an
// answer message.
template <Message RequestType, class AnswerType = void>
struct Call {
  using Request = RequestType;
  using Answered = AnswerType;

  std::string_view kind;  // empty: a stateless handler, or a handler that several kinds have
  std::string_view handler;

  // The same handler of another kind, for a caller that gets the kind at run time.
  constexpr Call of(std::string_view other_kind) const { return {other_kind, handler}; }
};

}  // namespace serai::inline face
