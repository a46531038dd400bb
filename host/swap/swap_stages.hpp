// SwapStages: the stages of one swap, from VERIFY to COMMIT, and the ways out of it.
//
// Errors  failed_precondition: refused, with a reason a person can act on; unavailable: storage is
//         gone, or the host stops. Whatever fails before COMMIT, and COMMIT itself, leaves no
//         trace.
// Thread  the loader thread.
// Owner   loaded generations go to SwapControl; retire() gets them back and closes them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "loading/loader.hpp"
#include "loading/module_cache.hpp"
#include "ports/swap_control.hpp"
#include "release/kept_releases.hpp"
#include "release/swap_plan.hpp"
#include "swap/store_reader.hpp"
#include "swap/swap_options.hpp"
#include "swap/swap_record.hpp"

namespace serai {

// Told about each step of a record: on_change after it was written down.
class Timeline {
 public:
  using Changed = std::function<void(const SwapRecord&)>;
  Timeline(const Clock& clock, Log log, Changed on_change)
      : clock_(clock), log_(log), on_change_(std::move(on_change)) {}

  SwapRecord open(std::uint64_t id, std::string from, std::string to, std::string trigger);
  void begin(SwapRecord& record, std::string stage);
  void end(SwapRecord& record, std::string detail);
  void conclude(SwapRecord& record, SwapOutcome outcome, std::string reason);

 private:
  std::int64_t since_start(const SwapRecord& record) const;

  const Clock& clock_;
  Log log_;
  Changed on_change_;
};

// What became of code that was to be unmapped. Outlives the engine: generations may be closed
// later.
struct ClosedCode {
  Log log;
  Metrics* metrics = nullptr;
  std::vector<std::string> still_mapped_after_close;  // "module version file, held by …"
  void report(const ClosedModule& module);
};

class SwapStages {
 public:
  struct Parts {
    SwapControl& control;
    StoreReader& store;
    Timeline& timeline;
    const SwapOptions& options;
    std::shared_ptr<ClosedCode> closed;  // owned by the engine and by every library it loaded
    std::function<bool()> cancelled;
  };
  explicit SwapStages(Parts parts);

  // First start: everything at once, nothing to compare with.
  Result<LiveSet> install(const Release& release);

  // Has what only `release` can read written so that `live` can. For a start after a crash.
  Result<> read_with(const Release& release, const LiveSet& live);

  // VERIFY, CONTRACT and REHEARSE. `returning`: the release served before.
  struct Prepared {
    SwapPlan plan;
    std::vector<CachedFile> files;  // of plan.changed
  };
  Result<Prepared> prepare(const Release& release,
                           const LiveSet& live,
                           bool returning,
                           SwapRecord& record);

  // LOAD and COMMIT; the answer is what runs now.
  Result<LiveSet> commit(Prepared prepared, const LiveSet& live, SwapRecord& record);

  // Everything goes back to what ran before commit(), and the newer code is closed.
  Result<> go_back(SwapRecord& record);
  // Canaries: whoever stayed behind follows.
  Result<> move_rest(SwapRecord& record);
  // Closes what the last commit() replaced.
  void retire();
  // Closes what has served its last entity. False: others still drain.
  bool retire_drained();

  const KeptReleases& kept() const { return kept_; }

 private:
  struct Loaded {
    std::vector<std::unique_ptr<Generation>> generations;
    std::vector<LiveModule> modules;
    std::int64_t open_us = 0;
  };

  Result<std::vector<CachedFile>> copy(const SwapPlan& plan);
  Result<> keep(const SwapPlan& plan, const std::vector<CachedFile>& files, const LiveSet& live);
  Result<Loaded> load(SwapPlan plan, std::vector<CachedFile> files, const LiveSet& live);
  Result<> refuse_when_too_much_stayed() const;
  Result<> refuse_while_draining(const SwapPlan& plan) const;
  Result<> refuse_same_version(const SwapPlan& plan, const LiveSet& live) const;
  Result<> rehearse(const Prepared& prepared, const LiveSet& live, SwapRecord& record);
  Result<> rehearse_module(const VerifiedModule& module,
                           const CachedFile& file,
                           const SwapPlan& plan,
                           const LiveModule* live,
                           SwapRecord& record);
  Result<> feed_entities(Probe& probe, const LiveModule& live);

  SwapControl& control_;
  StoreReader& store_;
  Timeline& timeline_;
  const SwapOptions& options_;
  std::shared_ptr<ClosedCode> closed_;  // owned by the engine and by every library it loaded
  std::function<bool()> cancelled_;
  ModuleCache cache_;
  KeptReleases kept_;
};

}  // namespace serai
