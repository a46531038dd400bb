// SwapReport: the history of one swap, stage by stage, for operators and tests.
//
// Units   at_us counts from the start of the swap.
// Thread  plain values; the loader thread writes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ports/swap_control.hpp"
#include "rehearsal/probe.hpp"
#include "swap/swap_stage.hpp"

namespace serai::swap {

struct StageReport {
  Stage stage = Stage::verify;
  std::int64_t at_us = 0;
  std::int64_t took_us = 0;
  std::string detail;
  bool ended = false;
};

struct SwappedModule {
  std::string name;
  std::string from;  // version; empty: the module is new
  std::string to;
  std::uint64_t generation = 0;  // of `to`
};

struct SwapReport {
  std::uint64_t id = 0;
  std::string from;     // name of the former release
  std::string to;       // name of the new release
  std::string trigger;  // watch, SIGHUP, admin, start
  std::int64_t started_ms = 0;
  std::int64_t started_us = 0;  // steady clock
  SwapOutcome outcome = SwapOutcome::running;
  std::string reason;    // of a refusal or a rollback
  std::string note;      // why the swap may not last, such as a link that could not be moved
  std::string saved_to;  // the folder where the rehearsal saved the bytes of the refused entity
  std::vector<StageReport> stages;
  std::vector<SwappedModule> modules;
  std::uint64_t rehearsed = 0;  // entities tried in the probe
  std::map<std::string, rehearsal::RehearsedKind> kinds;
  std::vector<rehearsal::StateDifference> differences;
  std::vector<rehearsal::StateDifference> divergences;
  std::string probe_output;  // of a refused dry run, whose probe saves no files
  MoveReport moved;          // by the commit
  bool dry_run = false;      // ends before the first fact is written; only its caller gets it
};

// SwapObserver: is called when a stage begins or ends, and at the end of the swap. It must not
// block and must not call the engine.
//
// Thread  the loader thread.
class SwapObserver {
 public:
  virtual ~SwapObserver() = default;
  virtual void on_swap(const SwapReport& report) = 0;
  // During COMMIT and on the way back.
  virtual void on_progress(const SwapReport& /*report*/, const SwapProgress& /*progress*/) {}
  // At every check during the probation.
  virtual void on_probation(const SwapReport& /*report*/,
                            const std::vector<GenerationFigures>& /*figures*/,
                            std::chrono::milliseconds /*left*/) {}
};

}  // namespace serai::swap
