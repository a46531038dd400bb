// The measurement of a scenario that counts answers.
//
// Thread  the only one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/scenarios.hpp"

namespace serai::bench {

struct Measured {
  std::uint64_t answers = 0;
  double wall_s = 0;
  double cpu_s = 0;  // of the host
  std::vector<double> latency_ms;
};

// Lets the load warm up, then counts answers for the time in the options.
Measured measure(Poller& poller,
                 const Options& options,
                 std::uint64_t& answers,
                 std::vector<double>* latency_ms = nullptr);

// Prints one line of JSON.
void print(const std::string& name, const Options& options, const Measured& measured);

}  // namespace serai::bench
