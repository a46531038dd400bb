// SwapMachine: takes one swap through its stages, and back. The table in swap_machine.cpp says in
// which order, what takes each stage back, and what a crash leaves.
//
// A swap goes on until a stage has to wait for the time to pass: that is its probation. look() goes
// on from there. A dry run ends before the first stage that writes a fact.
//
// Errors  begin(): the swap was refused, and nothing of it is left but its report.
// Time    of the Clock: whoever drives the machine calls look() when next_look_us() has come.
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

  // Up to the probation; of a dry run up to LOAD. There must be no swap under way.
  Result<> begin(Swap swap);
  // Takes the dry run away, once it has ended or was refused.
  Swap take_dry_run();

  const Swap* swap() const { return swap_ ? &*swap_ : nullptr; }  // under way
  bool is_on_probation() const { return swap_ && swap_->is_on_probation(); }
  std::int64_t next_look_us() const { return swap_->next_look_us; }
  void look();

  // False: it is irreversible, or the way back failed. Then the new release serves on, and settles
  // when its time comes.
  bool roll_back(const std::string& reason, AttemptOutcome becomes);
  // The probation ends early, and well; the swap goes on with stage `next`, REST or COMMITTED.
  // False: it could not settle.
  bool settle_now(const std::string& reason, Stage next);

  void forget_copies();  // that no start and no way back needs

 private:
  // What a stage that did not fail comes to.
  struct StageEnd {
    enum class Kind { done, waits, over } kind = Kind::done;  // over: there is no swap any more
    std::string detail = {};                                  // of done: its line in the report
  };
  struct Row {
    Stage stage;
    Result<StageEnd> (SwapMachine::*run)();
    Result<> (SwapMachine::*undo)();  // null: it leaves nothing that matters
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
  std::size_t at_ = 0;            // the row that swap_ is at
  std::optional<Error> refused_;  // of the last begin()
};

}  // namespace serai::swap
