// SwapMachine: takes one swap through its stages, and back. The table in swap_machine.cpp has the
// order of the stages, the undo of each, and the effects of a crash in it.
//
// begin() runs a swap until its probation, which waits for time to pass. check_probation()
// continues from there. A dry run ends before the first stage that writes a fact.
//
// Errors  begin(): the reason of the refusal. The swap is over then, and only its report is left.
// Time    of the Clock: the caller calls check_probation() when next_check_us() has come.
// Thread  the loader thread.
// Owner   owns the swap under way; borrows its parts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "swap/serving.hpp"
#include "swap/swap.hpp"
#include "swap/swap_journal.hpp"
#include "swap/swap_stages.hpp"

namespace serai::swap {

class SwapMachine {
 public:
  struct Parts {
    SwapControl& control;
    SwapStages& stages;
    Serving& serving;
    SwapJournal& journal;
    const Clock& clock;
    Log log;
    Metrics& metrics;
    const SwapOptions& options;
  };
  explicit SwapMachine(Parts parts) : parts_(parts) {}

  // Runs the stages up to the probation, or, for a dry run, those before LOAD. No other swap may be
  // under way.
  Result<> begin(Swap swap);
  // Returns the dry run that has ended or was refused, and forgets it.
  Swap take_dry_run();

  const Swap* swap() const { return swap_ ? &*swap_ : nullptr; }  // null: no swap is under way
  bool is_on_probation() const { return swap_ && swap_->is_on_probation(); }
  std::int64_t next_check_us() const { return swap_->next_check_us; }
  void check_probation();  // does nothing before next_check_us()

  // Rolls the swap back. False: the release is irreversible, or the way back failed. The new
  // release then serves on and settles at the end of its probation.
  bool roll_back(const std::string& reason, AttemptOutcome becomes);
  // Ends the probation early and with success, and continues with stage `next`: REST or COMMITTED.
  // False: the swap could not settle.
  bool settle_now(const std::string& reason, Stage next);

  void forget_copies();  // removes the private copies that neither a start nor a way back needs

 private:
  // The result of a stage that did not fail.
  struct StageEnd {
    enum class Kind { done, waits, over } kind = Kind::done;  // over: the swap has ended
    std::string detail = {};                                  // done: its line in the report
  };
  struct Row {
    Stage stage;
    Result<StageEnd> (SwapMachine::*run)();
    Result<> (SwapMachine::*undo)();  // null: nothing to undo
  };
  static const Row kTable[];
  static const std::size_t kRows;
  static std::size_t row_of(Stage stage);

  void run();
  bool applies(Stage stage) const;
  Result<> undo_stages();
  void refuse(const Error& error);
  void retry_later();

  Result<StageEnd> verify();
  Result<StageEnd> check_contract();
  Result<StageEnd> rehearse();
  Result<StageEnd> note_attempt();
  Result<> note_end();
  Result<StageEnd> load();
  Result<> unload();
  Result<StageEnd> commit();
  Result<> go_back();
  Result<StageEnd> watch();
  void begin_probation();
  Result<StageEnd> move_rest();
  Result<StageEnd> note_committed();
  Result<StageEnd> settle();

  Parts parts_;
  std::optional<Swap> swap_;
  std::size_t at_ = 0;            // the row of the stage of swap_
  std::optional<Error> refused_;  // the refusal in the last begin()
};

}  // namespace serai::swap
