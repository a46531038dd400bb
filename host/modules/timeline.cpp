#include "modules/swap_stages.hpp"

namespace serai {

SwapRecord Timeline::open(std::uint64_t id, std::string from, std::string to, std::string trigger) {
  SwapRecord record;
  record.id = id;
  record.from = std::move(from);
  record.to = std::move(to);
  record.trigger = std::move(trigger);
  record.started_ms = clock_.now_ms();
  record.started_us = clock_.steady_us();
  return record;
}

std::int64_t Timeline::since_start(const SwapRecord& record) const {
  return clock_.steady_us() - record.started_us;
}

void Timeline::begin(SwapRecord& record, std::string stage) {
  record.stages.push_back({std::move(stage), since_start(record), 0, {}, false});
  on_change_(record);
}

void Timeline::end(SwapRecord& record, std::string detail) {
  if (record.stages.empty() || record.stages.back().ended) return;
  SwapStage& stage = record.stages.back();
  stage.took_us = since_start(record) - stage.at_us;
  stage.detail = std::move(detail);
  stage.ended = true;
  if (record.dry_run) return on_change_(record);
  log_.info("swap.stage_ended",
            {{"swap", record.id},
             {"to", record.to},
             {"stage", stage.name},
             {"at_us", stage.at_us},
             {"took_us", stage.took_us},
             {"detail", stage.detail}});
  on_change_(record);
}

void Timeline::conclude(SwapRecord& record, SwapOutcome outcome, std::string reason) {
  record.outcome = outcome;
  record.reason = std::move(reason);
  if (record.dry_run) return on_change_(record);
  const std::string event = "swap." + std::string(outcome_text(outcome));
  const bool bad = outcome == SwapOutcome::refused || outcome == SwapOutcome::rolled_back;
  log_.write(bad ? LogLevel::warn : LogLevel::info,
             outcome == SwapOutcome::probation ? "swap.probation_began" : event,
             {{"swap", record.id},
              {"from", record.from},
              {"to", record.to},
              {"trigger", record.trigger},
              {"took_us", since_start(record)},
              {"reason", record.reason},
              {"kept", record.kept}});
  on_change_(record);
}

void ClosedCode::report(const ClosedModule& closed) {
  if (closed.holder.empty()) {
    log.info("module.unmapped", {{"module", closed.module}, {"file", closed.file}});
    return;
  }
  still_mapped.push_back(closed.module + " " + closed.file + ", held by " + closed.holder);
  log.warn("module.still_mapped",
           {{"module", closed.module}, {"file", closed.file}, {"holder", closed.holder}});
  if (metrics == nullptr) return;
  metrics
      ->counter("serai_modules_still_mapped_total",
                "Modules whose code stayed mapped after closing, by what holds it",
                {{"module", closed.module}, {"holder", closed.holder}})
      .add();
}

}  // namespace serai
