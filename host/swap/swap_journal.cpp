#include "swap/swap_journal.hpp"

namespace serai::swap {
namespace {

std::string modules_text(const SwapReport& report) {
  std::string text;
  for (const SwappedModule& module : report.modules) {
    if (!text.empty()) text += ", ";
    text += module.name + " " + (module.from.empty() ? "(new)" : module.from) + " -> " + module.to;
    if (module.generation != 0) text += " (generation " + std::to_string(module.generation) + ")";
  }
  return text;
}

}  // namespace

SwapReport SwapJournal::open_dry_run(std::string from, std::string to, std::string trigger) {
  SwapReport report;
  report.from = std::move(from);
  report.to = std::move(to);
  report.trigger = std::move(trigger);
  report.started_ms = parts_.clock.now_ms();
  report.started_us = parts_.clock.steady_us();
  report.dry_run = true;
  return report;
}

SwapReport SwapJournal::open(std::string from, std::string to, std::string trigger) {
  SwapReport report = open_dry_run(std::move(from), std::move(to), std::move(trigger));
  report.dry_run = false;
  report.id = next_id_++;
  return report;
}

std::int64_t SwapJournal::since_start(const SwapReport& report) const {
  return parts_.clock.steady_us() - report.started_us;
}

void SwapJournal::notify(const SwapReport& report) const {
  if (report.dry_run) return;
  parts_.changed();
  for (SwapObserver* one : parts_.observers) one->on_swap(report);
}

void SwapJournal::begin(SwapReport& report, Stage stage) {
  report.stages.push_back({stage, since_start(report), 0, {}, false});
  notify(report);
}

void SwapJournal::end(SwapReport& report, std::string detail) {
  if (report.stages.empty() || report.stages.back().ended) return;
  StageReport& stage = report.stages.back();
  stage.took_us = since_start(report) - stage.at_us;
  stage.detail = std::move(detail);
  stage.ended = true;
  notify(report);  // before the log line, so that a status read after the line agrees with it
  if (report.dry_run) return;
  parts_.log.info("swap.stage_ended",
                  {{"swap", report.id},
                   {"to", report.to},
                   {"stage", to_string(stage.stage)},
                   {"at_us", stage.at_us},
                   {"took_us", stage.took_us},
                   {"detail", stage.detail}});
}

void SwapJournal::conclude(SwapReport& report, SwapOutcome outcome, std::string reason) {
  report.outcome = outcome;
  report.reason = std::move(reason);
  notify(report);
  if (report.dry_run) return;
  const std::string text(to_string(outcome));
  const bool ended = has_ended(outcome);
  const bool bad = outcome == SwapOutcome::refused || outcome == SwapOutcome::rolled_back;
  parts_.log.write(bad ? LogLevel::warn : LogLevel::info,
                   ended ? "swap." + text : "swap.probation_began",
                   {{"swap", report.id},
                    {"from", report.from},
                    {"to", report.to},
                    {"trigger", report.trigger},
                    {"modules", modules_text(report)},
                    {"took_us", since_start(report)},
                    {"reason", report.reason},
                    {"kept", report.saved_to}});
  if (!ended) return;
  parts_.metrics.counter("serai_swaps_total", "Swaps by outcome", {{"outcome", text}}).add();
}

void SwapJournal::conclude_unchanged(const SwapReport& report) {
  parts_.log.debug("swap.unchanged", {{"release", report.to}, {"trigger", report.trigger}});
  notify(report);
}

void SwapJournal::keep(SwapReport report) {
  reports_.push_front(std::move(report));
  if (reports_.size() > kReportsMax) reports_.pop_back();
  parts_.changed();
}

void SwapJournal::report_progress(const SwapReport& report, const SwapProgress& progress) const {
  for (SwapObserver* one : parts_.observers) one->on_progress(report, progress);
}

void SwapJournal::report_probation(const SwapReport& report,
                                   const std::vector<GenerationFigures>& figures,
                                   std::chrono::milliseconds left) const {
  for (SwapObserver* one : parts_.observers) one->on_probation(report, figures, left);
}

}  // namespace serai::swap
