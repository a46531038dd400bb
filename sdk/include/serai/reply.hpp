// Reply and Answer: the result of a handler. It is accepted, or refused with a code for the caller.
//
// Errors  a refusal is not a fault: it is sent to the caller, and the call has no effects. Its text
//         is "code" or "code: detail"; its status is one of the gRPC numbers of abi.h.
// Owner   plain values.
// Thread  any.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "serai/abi.h"

namespace serai::inline face {

enum class Status : serai_status {
  ok = SERAI_OK,
  cancelled = SERAI_CANCELLED,
  unknown = SERAI_UNKNOWN,
  invalid_argument = SERAI_INVALID_ARGUMENT,
  deadline_exceeded = SERAI_DEADLINE_EXCEEDED,
  not_found = SERAI_NOT_FOUND,
  already_exists = SERAI_ALREADY_EXISTS,
  permission_denied = SERAI_PERMISSION_DENIED,
  resource_exhausted = SERAI_RESOURCE_EXHAUSTED,
  failed_precondition = SERAI_FAILED_PRECONDITION,
  aborted = SERAI_ABORTED,
  out_of_range = SERAI_OUT_OF_RANGE,
  unimplemented = SERAI_UNIMPLEMENTED,
  internal = SERAI_INTERNAL,
  unavailable = SERAI_UNAVAILABLE,
  data_loss = SERAI_DATA_LOSS,
  unauthenticated = SERAI_UNAUTHENTICATED,
};

class Reply {
 public:
  Reply() = default;  // accepted
  Reply(Status status, std::string text) : status_(status), text_(std::move(text)) {}

  bool ok() const { return status_ == Status::ok; }
  explicit operator bool() const { return ok(); }
  Status status() const { return status_; }
  const std::string& text() const { return text_; }

  // The part of the text before the first ": ", for example "not_enough_gold".
  std::string code() const { return text_.substr(0, text_.find(": ")); }

 private:
  Status status_ = Status::ok;
  std::string text_;
};

inline Reply accept() { return {}; }

// A refusal with the status `ok` would be no refusal, so it becomes `internal`.
inline Reply refuse(std::string_view code, Status status = Status::failed_precondition) {
  return {status == Status::ok ? Status::internal : status, std::string(code)};
}

inline Reply refuse(std::string_view code,
                    std::string_view detail,
                    Status status = Status::failed_precondition) {
  return refuse(std::string(code).append(": ").append(detail), status);
}

namespace detail {

// The text for a status (abi.h) with which a host function refuses at once: the reason and the
// remedy. For an exceeded limit the host replaces it by its own text, which names the limit and its
// value.
inline std::string_view why_refused(serai_status status) {
  switch (status) {
    case SERAI_NOT_FOUND:
      return "no such handler: check its name, and that the release holds the module that has it";
    case SERAI_FAILED_PRECONDITION:
      return "for a call, a deadlock: the target waits for this very call, so send to it; "
             "for a push, the entity is not a match";
    case SERAI_RESOURCE_EXHAUSTED:
      return "a limit of the host is reached (\"limits\" in its configuration)";
    case SERAI_INVALID_ARGUMENT:
      return "an invalid argument: a key has at most 255 bytes, ids are UUIDs, and only entities "
             "have timers, labels and pushes";
    case SERAI_UNIMPLEMENTED:
      return "this host does not offer it: bring the host up to date";
    default:
      return "refused by the host";
  }
}

// "counter/add", or "echo" for a stateless handler.
inline std::string name_of(std::string_view kind, std::string_view handler) {
  std::string name(kind);
  if (!kind.empty()) name += '/';
  return name.append(handler);
}

}  // namespace detail

// A message, or a refusal in its place.
template <class T>
class [[nodiscard]] Answer {
 public:
  using Value = T;

  Answer(T value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Answer(Reply refusal)                          // NOLINT(google-explicit-constructor)
      : refusal_(refusal.ok() ? serai::refuse("accepted without an answer", Status::internal)
                              : std::move(refusal)) {}

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }

  // These throw std::logic_error for a refusal. The call then fails as internal and has no effects.
  T& value() & { return checked(), *value_; }
  const T& value() const& { return checked(), *value_; }
  T&& value() && { return checked(), std::move(*value_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Reply& refusal() const { return refusal_; }  // accepted when there is a value
  Status status() const { return refusal_.status(); }
  const std::string& text() const { return refusal_.text(); }
  std::string code() const { return refusal_.code(); }

 private:
  void checked() const {
    if (!ok()) throw std::logic_error("the answer was refused: " + refusal_.text());
  }

  std::optional<T> value_;
  Reply refusal_;
};

}  // namespace serai::inline face
