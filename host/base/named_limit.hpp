// NamedLimit: one limit from the section "limits" of the configuration, with a counter of its
// refusals.
//
// Units   max() has the unit that the name of its key contains.
// Errors  refuse() returns the error for the caller. The text has the excess, the limit, the
//         remedy and the key.
// Thread  any; the counter is one atomic.
// Owner   borrows the counter from the registry, and the name, which must be a literal.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/metrics.hpp"
#include "base/result.hpp"

namespace serai {

// The parts of a refusal's text. With the limit and its name they give "<what>, the limit is 16
// <unit>: <remedy> (limits.<name>)".
struct LimitTexts {
  std::string_view what;
  std::string_view unit;
  std::string_view remedy;
};

class NamedLimit {
 public:
  NamedLimit(Metrics& metrics, std::string_view name, std::uint64_t max);

  std::uint64_t max() const { return max_; }
  // Counts one refusal in serai_refused_total{limit} and returns its error.
  Error refuse(Errc code, const LimitTexts& texts) const;

 private:
  std::string_view name_;  // a literal
  std::uint64_t max_;
  Counter& refused_;
};

}  // namespace serai
