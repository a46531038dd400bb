// SwapOptions: the configuration of releases and swaps. app fills it in.
//
// Thread  any; plain values.
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
  std::filesystem::path release;  // the value of --modules: releases/current, or a release's folder
  std::filesystem::path data;     // private copies go to data/modules
  std::string last_crash{};       // the crash report, as JSON, for status(); empty: none
  bool development = false;       // changed code may have the version of the code that serves
  rehearsal::ProbeOptions probe;
  std::chrono::milliseconds probation{30'000};
  std::chrono::milliseconds probation_sample{250};
  ProbationLimits limits;
  std::uint32_t dormant_sample = 200;  // number of stored entities that are rehearsed, per kind
  std::uint32_t refused_kept = 20;     // saved refusals of rehearsals; the newest stay
  // When so many closed modules are still mapped, swaps are refused until a restart.
  std::uint32_t still_mapped_max = 8;

  // The folder of all releases, to which the links lead now.
  std::filesystem::path releases() const { return release::find_way(release).releases(); }
};

}  // namespace serai::swap
