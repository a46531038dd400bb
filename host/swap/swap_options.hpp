// SwapOptions: what the configuration says about releases and swaps; app fills it in.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "rehearsal/probe.hpp"
#include "release/release_way.hpp"
#include "swap/probation.hpp"

namespace serai::swap {

struct SwapOptions {
  std::filesystem::path release;  // what --modules names: releases/current, or a release's folder
  std::filesystem::path data;     // private copies go to data/modules
  std::string last_crash{};       // the report of it, as JSON, for status(); empty: none
  bool development = false;       // other code may come under a version that serves
  rehearsal::ProbeOptions probe;
  std::chrono::milliseconds probation{30'000};
  std::chrono::milliseconds probation_sample{250};
  ProbationLimits limits;
  std::uint32_t dormant_sample = 200;  // stored entities rehearsed, per kind
  // Closed modules that something keeps mapped: with so many, swaps are refused until a restart.
  std::uint32_t still_mapped_max = 8;

  // Where releases lie beside each other, at this moment.
  std::filesystem::path releases() const { return release::find_way(release).releases(); }
};

}  // namespace serai::swap
