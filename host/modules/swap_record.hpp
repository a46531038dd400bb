// SwapRecord: what happened in one swap, stage by stage, as operators and tests read it.
//
// Units   at_us counts from the swap's start.
// Thread  plain values; the loader thread writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/ports/swap.hpp"

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
  std::string name;  // verify contract rehearse load commit probation settle rollback
  std::int64_t at_us = 0;
  std::int64_t took_us = 0;
  std::string detail;
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
  std::string trigger;  // watch, signal, admin, start
  std::int64_t started_ms = 0;
  std::int64_t started_us = 0;  // steady clock
  SwapOutcome outcome = SwapOutcome::running;
  std::string reason;  // of a refusal or a rollback
  std::string kept;    // where the bytes of a refused entity lie
  std::vector<SwapStage> stages;
  std::vector<SwappedModule> modules;
  std::uint64_t rehearsed = 0;  // entities tried in the probe
  SwapReport report;            // of the commit
};

// Told on the loader thread after every stage and at the end; must not block or call the engine.
class SwapObserver {
 public:
  virtual ~SwapObserver() = default;
  virtual void on_swap(const SwapRecord& record) = 0;
};

std::string_view outcome_text(SwapOutcome outcome);
std::string print_record(const SwapRecord& record);  // JSON

}  // namespace serai
