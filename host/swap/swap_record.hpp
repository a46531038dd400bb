// SwapRecord: what happened in one swap, stage by stage, as operators and tests read it.
//
// Units   at_us counts from the swap's start.
// Thread  plain values; the loader thread writes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ports/swap_control.hpp"
#include "rehearsal/probe.hpp"

namespace serai {

enum class SwapOutcome {
  running,
  unchanged,    // every module is what runs already
  refused,      // no trace left; see reason
  probation,    // serving, and may still go back
  settled,      // committed for good
  rolled_back,  // served for a while, then went back; see reason
};

struct SwapStage {
  std::string name;  // verify contract rehearse load commit probation rest settle rollback
  std::int64_t at_us = 0;
  std::int64_t took_us = 0;
  std::string detail;
  bool ended = false;
};

struct SwappedModule {
  std::string name;
  std::string from;  // version; empty: new
  std::string to;
  std::uint64_t generation = 0;  // of `to`
};

struct SwapRecord {
  std::uint64_t id = 0;
  std::string from;  // release
  std::string to;
  std::string trigger;  // watch, SIGHUP, admin, start
  std::int64_t started_ms = 0;
  std::int64_t started_us = 0;  // steady clock
  SwapOutcome outcome = SwapOutcome::running;
  std::string reason;  // of a refusal or a rollback
  std::string note;    // what of it does not last: the link could not be moved, …
  std::string kept;    // where the bytes of a refused entity lie
  std::vector<SwapStage> stages;
  std::vector<SwappedModule> modules;
  std::uint64_t rehearsed = 0;  // entities tried in the probe
  std::map<std::string, RehearsedKind> kinds;
  std::vector<StateDifference> differences;
  std::vector<StateDifference> divergences;
  std::string probe_output;  // of a refused dry run, whose probe keeps no files
  SwapReport report;         // of the commit
  bool dry_run = false;      // ends before LOAD; nobody but its asker is told
};

// Told on the loader thread when a stage begins or ends and at the end; must not block or call the
// engine.
class SwapObserver {
 public:
  virtual ~SwapObserver() = default;
  virtual void on_swap(const SwapRecord& record) = 0;
  // During COMMIT and on the way back.
  virtual void on_progress(const SwapRecord& /*record*/, const SwapProgress& /*progress*/) {}
  // At every look during the probation.
  virtual void on_probation(const SwapRecord& /*record*/,
                            const std::vector<GenerationFigures>& /*figures*/,
                            std::chrono::milliseconds /*left*/) {}
};

std::string_view outcome_text(SwapOutcome outcome);
std::string print_record(const SwapRecord& record);  // JSON

}  // namespace serai
