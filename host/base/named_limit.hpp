// NamedLimit: one bound from the section "limits" of the configuration, with a count of its
// refusals.
//
// Units   max() is in the unit that the key's name has.
// Errors  refuse() returns the error to answer with. It names what is too much, the bound, the
//         remedy and the key.
// Thread  any: a counter is one atomic.
// Owner   borrows the counter from the registry.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/metrics.hpp"
#include "base/result.hpp"

namespace serai {

// The parts of a refusal's text beside the bound: "<what>, the limit is 16 <unit>: <remedy>
// (limits.<name>)".
struct LimitTexts {
  std::string_view what;
  std::string_view unit;
  std::string_view remedy;
};

class NamedLimit {
 public:
  NamedLimit(Metrics& metrics, std::string_view name, std::uint64_t max);

  std::uint64_t max() const { return max_; }
  // Counts one refusal in serai_refused_total{limit} and makes its error.
  Error refuse(Errc code, const LimitTexts& texts) const;

 private:
  std::string_view name_;  // a literal
  std::uint64_t max_;
  Counter& refused_;
};

}  // namespace serai
