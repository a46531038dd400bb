#include "swap/swap_machine.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "swap/probation.hpp"

namespace serai::swap {
namespace {

constexpr std::int64_t kRetryUs = 1'000'000;

std::int64_t us(std::chrono::milliseconds time) { return std::chrono::microseconds(time).count(); }

}  // namespace

// The stages of a swap. They run from the top down. When a stage fails, the stages above it are
// undone from the bottom up, and the swap is refused. A rollback during the probation undoes the
// same stages.
//
// The effects of a crash in a stage on the next start (first_release.hpp):
//
//   verify, contract, rehearse    private copies are left; the start removes them
//   attempted, load               the fact "attempted" is left; the start serves the committed
//                                 release and does not try the new one before somebody asks for it
//   commit, probation, rest       the same; and the start first rewrites entities that the new
//                                 release stored, so that the committed one can read them
//   committed, settle             the start serves the new release
//
//   stage              its work                       its undo
const SwapMachine::Row SwapMachine::kTable[] = {
    {Stage::verify, &SwapMachine::verify, nullptr},
    {Stage::contract, &SwapMachine::check_contract, nullptr},
    {Stage::rehearse, &SwapMachine::rehearse, nullptr},
    {Stage::attempted, &SwapMachine::note_attempt, &SwapMachine::note_end},
    {Stage::load, &SwapMachine::load, &SwapMachine::unload},
    {Stage::commit, &SwapMachine::commit, &SwapMachine::go_back},
    {Stage::probation, &SwapMachine::watch, nullptr},
    {Stage::rest, &SwapMachine::move_rest, nullptr},
    {Stage::committed, &SwapMachine::note_committed, nullptr},
    {Stage::settle, &SwapMachine::settle, nullptr},
};
const std::size_t SwapMachine::kRows = std::size(SwapMachine::kTable);

std::size_t SwapMachine::row_of(Stage stage) {
  return static_cast<std::size_t>(std::ranges::find(kTable, stage, &Row::stage) -
                                  std::begin(kTable));
}

bool SwapMachine::applies(Stage stage) const {
  if (swap_->report.dry_run) return stage < Stage::attempted;
  return stage != Stage::rest || swap_->rest_waits;
}

void SwapMachine::run() {
  for (; at_ < kRows; ++at_) {
    const Row& row = kTable[at_];
    if (!applies(row.stage)) continue;
    const bool is_listed = row.stage == Stage::probation && swap_->is_on_probation();
    if (is_reported(row.stage) && !is_listed) parts_.journal.begin(swap_->report, row.stage);
    const Result<StageEnd> end = (this->*row.run)();
    if (!end) return refuse(end.error());
    if (end->kind != StageEnd::Kind::done) return;
    if (is_reported(row.stage)) parts_.journal.end(swap_->report, end->detail);
  }
}

Result<> SwapMachine::undo_stages() {
  for (; at_ > 0; --at_) {
    const Row& row = kTable[at_ - 1];
    if (row.undo == nullptr) continue;
    if (Result<> undone = (this->*row.undo)(); !undone) return undone;
  }
  return success();
}

Result<> SwapMachine::begin(Swap swap) {
  SERAI_ASSERT(!swap_);
  swap_ = std::move(swap);
  at_ = 0;
  refused_.reset();
  swap_->before = parts_.control.figures();
  run();
  if (refused_) return *std::exchange(refused_, std::nullopt);
  return success();
}

Swap SwapMachine::take_dry_run() {
  SERAI_ASSERT(swap_ && swap_->report.dry_run);
  return *std::exchange(swap_, std::nullopt);
}

void SwapMachine::check_probation() {
  if (is_on_probation() && parts_.clock.steady_us() >= swap_->next_check_us) run();
}

// Undoes the swap and reports the refusal. A release that was refused because of its files may be
// tried again. A release whose code has run and failed is stored as refused, and runs again only if
// somebody asks for it. When the store did not answer, the release is not at fault, and is stored
// as interrupted.
void SwapMachine::refuse(const Error& error) {
  Swap& swap = *swap_;
  const Stage stage = kTable[at_].stage;
  const bool at_fault = error.code != Errc::unavailable;
  swap.becomes = at_fault ? AttemptOutcome::refused : AttemptOutcome::interrupted;
  parts_.journal.end(swap.report, "refused");
  const Result<> undone = undo_stages();
  SERAI_ASSERT(undone.ok());  // only the undo of COMMIT can fail, and COMMIT has not succeeded
  const bool has_run = stage == Stage::rehearse || stage == Stage::attempted;
  if (has_run && at_fault && !swap.report.dry_run) {
    parts_.serving.note_attempt(swap.release.name, digest_of(swap.release), swap.becomes);
  }
  parts_.journal.conclude(swap.report, SwapOutcome::refused, error.detail);
  refused_ = error;
  if (swap.report.dry_run) return;
  Swap over = *std::exchange(swap_, std::nullopt);
  parts_.journal.keep(std::move(over.report));
}

// ---- Up to the probation ----------------------------------------------------------------------

Result<SwapMachine::StageEnd> SwapMachine::verify() {
  Result<std::string> done = parts_.stages.verify(*swap_, parts_.serving.live());
  if (!done) return done.error();
  return StageEnd{.detail = *std::move(done)};
}

Result<SwapMachine::StageEnd> SwapMachine::check_contract() {
  Result<std::string> done = parts_.stages.check_contract(*swap_, parts_.serving.live());
  if (!done) return done.error();
  return StageEnd{.detail = *std::move(done)};
}

Result<SwapMachine::StageEnd> SwapMachine::rehearse() {
  Result<std::string> done = parts_.stages.rehearse(*swap_, parts_.serving.live());
  if (!done) return done.error();
  return StageEnd{.detail = *std::move(done)};
}

// Writes the fact "attempted". After a crash the next start reads from it which release was the
// cause.
Result<SwapMachine::StageEnd> SwapMachine::note_attempt() {
  const release::Release& release = swap_->release;
  Result<> put = parts_.serving.memory().note_attempt(
      {release.name, digest_of(release), AttemptOutcome::probation});
  if (!put)
    return Error{put.error().code, "storage cannot note the attempt: " + put.error().detail};
  return StageEnd{};
}

Result<> SwapMachine::note_end() {
  const release::Release& release = swap_->release;
  parts_.serving.note_attempt(release.name, digest_of(release), swap_->becomes);
  return success();
}

Result<SwapMachine::StageEnd> SwapMachine::load() {
  Result<std::string> done = parts_.stages.load(*swap_, parts_.serving.live());
  if (!done) return done.error();
  return StageEnd{.detail = *std::move(done)};
}

// Closes the loaded generations. Those that COMMIT has taken are closed already.
Result<> SwapMachine::unload() {
  swap_->loaded.generations.clear();
  return success();
}

Result<SwapMachine::StageEnd> SwapMachine::commit() {
  Swap& swap = *swap_;
  Result<std::string> done = parts_.stages.commit(swap);
  if (!done) return done.error();
  parts_.metrics.histogram("serai_swap_commit_seconds", "Commit stage of swaps")
      .observe(static_cast<double>(swap.report.moved.took_us) / 1e6);
  release::LiveSet next = parts_.serving.live();
  next.release = swap.release.name;
  for (release::LiveModule& module : swap.loaded.modules) {
    next.modules.insert_or_assign(module.contract.name, std::move(module));
  }
  swap.former = std::exchange(parts_.serving.live(), std::move(next));
  return StageEnd{.detail = *std::move(done)};
}

Result<> SwapMachine::go_back() {
  Swap& swap = *swap_;
  parts_.journal.begin(swap.report, Stage::rollback);
  Result<std::string> done = parts_.stages.go_back();
  parts_.journal.end(swap.report, done ? *done : done.error().detail);
  if (!done) return done.error();
  parts_.serving.live() = std::move(swap.former);
  return success();
}

// ---- Probation --------------------------------------------------------------------------------

Result<SwapMachine::StageEnd> SwapMachine::watch() {
  Swap& swap = *swap_;
  if (!swap.is_on_probation()) {
    begin_probation();
    return StageEnd{StageEnd::Kind::waits};
  }
  const std::int64_t now = parts_.clock.steady_us();
  const bool is_last = now >= swap.ends_us;
  swap.next_check_us =
      std::min(now + us(parts_.options.probation_sample), std::max(now, swap.ends_us));
  const std::vector<GenerationFigures> figures = parts_.control.figures();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      std::chrono::microseconds(std::max<std::int64_t>(0, swap.ends_us - now)));
  parts_.journal.report_probation(swap.report, figures, left);
  // A rollback moves all entities. So after a failed one only the last check tries again by itself.
  if (!swap.way_back_failed || is_last) {
    std::vector<std::uint64_t> generations;
    for (const SwappedModule& module : swap.report.modules)
      generations.push_back(module.generation);
    const std::string worse =
        judge_probation(swap.before, figures, generations, parts_.options.limits);
    if (!worse.empty() && roll_back(worse, AttemptOutcome::rolled_back)) {
      return StageEnd{StageEnd::Kind::over};
    }
  }
  if (!is_last) return StageEnd{StageEnd::Kind::waits};
  return StageEnd{.detail = "nothing worse than before"};
}

void SwapMachine::begin_probation() {
  Swap& swap = *swap_;
  const std::chrono::milliseconds lasts =
      swap.release.irreversible ? std::chrono::milliseconds(0) : parts_.options.probation;
  swap.next_check_us = parts_.clock.steady_us();
  swap.ends_us = swap.next_check_us + us(lasts);
  swap.rest_waits =
      std::ranges::any_of(swap.release.modules, [](const release::ReleaseModule& module) {
        return module.policy.kind == abi::MovePolicy::Kind::canary;
      });
  parts_.serving.forget_notes();
  if (swap.by_name) swap.report.note = parts_.serving.move_link(swap.release.name);
  parts_.journal.conclude(swap.report, SwapOutcome::probation, "");
}

bool SwapMachine::roll_back(const std::string& reason, AttemptOutcome becomes) {
  Swap& swap = *swap_;
  if (swap.release.irreversible) return false;
  parts_.journal.end(swap.report, reason);
  swap.becomes = becomes;
  if (Result<> back = undo_stages(); !back) {
    at_ = row_of(Stage::probation);
    swap.way_back_failed = true;  // the new version serves on, and settles after its probation
    swap.report.reason = "could not go back (" + reason + "): " + back.error().detail;
    parts_.log.error("swap.rollback_failed",
                     {{"to", swap.report.to}, {"reason", swap.report.reason}});
    return false;
  }
  if (const std::string back = digest_of(parts_.serving.live());
      parts_.serving.memory().find_barred(back) != nullptr) {
    parts_.serving.forget_attempt(back);
  }
  parts_.journal.conclude(swap.report, SwapOutcome::rolled_back, reason);
  parts_.serving.forget_notes();
  Swap over = *std::exchange(swap_, std::nullopt);
  parts_.journal.keep(std::move(over.report));
  forget_copies();
  return true;
}

// Returns to the probation. The release is judged again before the stage is repeated.
void SwapMachine::retry_later() {
  at_ = row_of(Stage::probation);
  swap_->next_check_us = parts_.clock.steady_us() + kRetryUs;
}

// ---- After the probation ----------------------------------------------------------------------

Result<SwapMachine::StageEnd> SwapMachine::move_rest() {
  Result<std::string> done = parts_.stages.move_rest();
  if (done) {
    swap_->rest_waits = false;
    return StageEnd{.detail = *std::move(done)};
  }
  parts_.journal.end(swap_->report, done.error().detail);
  const std::string reason = "the rest could not follow: " + done.error().detail;
  if (!swap_->way_back_failed && roll_back(reason, AttemptOutcome::rolled_back)) {
    return StageEnd{StageEnd::Kind::over};
  }
  retry_later();
  return StageEnd{StageEnd::Kind::waits};
}

Result<SwapMachine::StageEnd> SwapMachine::note_committed() {
  if (Result<> put = parts_.serving.commit(); !put) {
    retry_later();
    return StageEnd{StageEnd::Kind::waits};
  }
  parts_.serving.forget_attempt(digest_of(parts_.serving.live()));
  return StageEnd{};
}

Result<SwapMachine::StageEnd> SwapMachine::settle() {
  Swap& swap = *swap_;
  parts_.journal.end(swap.report, parts_.stages.retire());
  parts_.journal.conclude(swap.report, SwapOutcome::settled, swap.report.reason);
  Swap over = *std::exchange(swap_, std::nullopt);
  parts_.journal.keep(std::move(over.report));
  forget_copies();
  return StageEnd{StageEnd::Kind::over};
}

bool SwapMachine::settle_now(const std::string& reason, Stage next) {
  parts_.journal.end(swap_->report, reason);
  at_ = row_of(next);
  run();
  return !swap_;
}

void SwapMachine::forget_copies() {
  const ReleaseMemory& memory = parts_.serving.memory();
  const std::string live = digest_of(parts_.serving.live());
  std::set<std::string> needed{live, memory.committed().digest};
  if (is_on_probation()) needed.insert(digest_of(swap_->former));
  if (const auto* previous = memory.previous_to(live)) needed.insert(previous->digest);
  if (const auto* unfinished = memory.find_unfinished()) needed.insert(unfinished->digest);
  parts_.stages.saved_releases().remove_all_but(needed);
}

}  // namespace serai::swap
