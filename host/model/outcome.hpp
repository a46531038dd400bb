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

  bool ok() const { return code == Errc::ok; }
  static Outcome refused(Errc code, std::string text, const ServedBy& by = {}) {
    return {code, std::move(text), by};
  }
};

}  // namespace serai
