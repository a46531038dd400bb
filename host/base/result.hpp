// Result: a value, or the Error that explains why there is none.
//
// Errors  the numbers of Errc are the gRPC status codes, which the client protocol uses too. So an
//         error keeps its meaning from storage to the player without translation tables. Code that
//         acts on an error reads its code and its kind, never its text.
// Thread  any; plain values.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace serai {

enum class Errc : int {
  ok = 0,
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16,
};

// The cause of an error, where the host acts on that cause and not on others with the same Errc.
// Nearly all errors have `none`, because their Errc is enough. The kind never leaves the process.
enum class ErrorKind : std::uint8_t {
  none,
  unknown_rpc,           // not_found: no module has registered the RPC
  idempotency_mismatch,  // failed_precondition: the key was used with another request
  host_unreachable,      // unavailable: no host answers at the admin address
  still_draining,        // failed_precondition: a former version still serves open entities
  export_failed,         // internal: a module did not write a state in the requested schema
};

struct Error {
  Errc code = Errc::internal;
  std::string detail;  // English text for a person: the problem, its place, the remedy
  ErrorKind kind = ErrorKind::none;
};

struct Unit {};

template <class T = Unit>
class [[nodiscard]] Result {
 public:
  using Value = T;

  Result(T value) : content_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : content_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  Result(Errc code, std::string detail, ErrorKind kind = ErrorKind::none)
      : content_(Error{code, std::move(detail), kind}) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T& value() & {
    SERAI_ASSERT(ok());
    return std::get<0>(content_);
  }
  const T& value() const& {
    SERAI_ASSERT(ok());
    return std::get<0>(content_);
  }
  T&& value() && { return std::move(value()); }

  const Error& error() const& {
    SERAI_ASSERT(!ok());
    return std::get<1>(content_);
  }
  Error&& error() && {
    SERAI_ASSERT(!ok());
    return std::move(std::get<1>(content_));
  }

 private:
  std::variant<T, Error> content_;
};

inline Result<> success() { return Unit{}; }

}  // namespace serai
