// Outcome: how a message ended: with an answer, or with an error and its text.
//
// Thread  plain value: any.
#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"
#include "model/served_by.hpp"

namespace serai {

struct Outcome {
  Errc code = Errc::ok;
  std::string payload;  // the answer, or the error text
  ServedBy by = {};
  ErrorKind kind = ErrorKind::none;  // of an error of the host's; a module's own errors have none

  bool ok() const { return code == Errc::ok; }
  static Outcome refused(Errc code, std::string text, const ServedBy& by = {}) {
    return {code, std::move(text), by};
  }
  static Outcome refused(Error error, const ServedBy& by = {}) {
    return {error.code, std::move(error.detail), by, error.kind};
  }
  // The error of an outcome that is not ok().
  Error error() && { return {code, std::move(payload), kind}; }
};

}  // namespace serai
