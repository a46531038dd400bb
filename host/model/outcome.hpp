// Outcome: the result of a message: an answer, or an error with its text.
//
// Thread  any; plain values.
#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"
#include "model/served_by.hpp"

namespace serai {

struct Outcome {
  Errc code = Errc::ok;
  std::string payload;  // the answer, or the text of the error
  ServedBy by = {};
  ErrorKind kind = ErrorKind::none;  // set for errors of the host; errors of modules have none

  bool ok() const { return code == Errc::ok; }
  static Outcome refused(Errc code, std::string text, const ServedBy& by = {}) {
    return {code, std::move(text), by};
  }
  static Outcome refused(Error error, const ServedBy& by = {}) {
    return {error.code, std::move(error.detail), by, error.kind};
  }
  // To be called only when ok() is false.
  Error error() && { return {code, std::move(payload), kind}; }
};

}  // namespace serai
