#include "swap/swap_stages.hpp"

namespace serai {
namespace {

std::string modules_text(const SwapRecord& record) {
  std::string text;
  for (const SwappedModule& module : record.modules) {
    if (!text.empty()) text += ", ";
    text += module.name + " " + (module.from.empty() ? "(new)" : module.from) + " -> " + module.to;
    if (module.generation != 0) text += " (generation " + std::to_string(module.generation) + ")";
  }
  return text;
}

}  // namespace

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
  on_change_(record);  // who reads the line and asks is told the same
  if (record.dry_run) return;
  log_.info("swap.stage_ended",
            {{"swap", record.id},
             {"to", record.to},
             {"stage", stage.name},
             {"at_us", stage.at_us},
             {"took_us", stage.took_us},
             {"detail", stage.detail}});
}

void Timeline::conclude(SwapRecord& record, SwapOutcome outcome, std::string reason) {
  record.outcome = outcome;
  record.reason = std::move(reason);
  on_change_(record);
  if (record.dry_run) return;
  const std::string event = "swap." + std::string(outcome_text(outcome));
  const bool bad = outcome == SwapOutcome::refused || outcome == SwapOutcome::rolled_back;
  log_.write(bad ? LogLevel::warn : LogLevel::info,
             outcome == SwapOutcome::probation ? "swap.probation_began" : event,
             {{"swap", record.id},
              {"from", record.from},
              {"to", record.to},
              {"trigger", record.trigger},
              {"modules", modules_text(record)},
              {"took_us", since_start(record)},
              {"reason", record.reason},
              {"kept", record.kept}});
}

void ClosedCode::report(const ClosedModule& closed) {
  const std::vector<LogField> about{{"module", closed.module},
                                    {"module_version", closed.version},
                                    {"generation", closed.generation},
                                    {"file", closed.file},
                                    {"holder", closed.holder}};
  if (closed.holder.empty()) return log.write(LogLevel::info, "module.unmapped", about);
  still_mapped_after_close.push_back(closed.module + " " + closed.version + " " + closed.file +
                                     ", held by " + closed.holder);
  log.write(LogLevel::warn, "module.still_mapped_after_close", about);
  if (metrics == nullptr) return;
  metrics
      ->counter("serai_modules_still_mapped_after_close_total",
                "Modules whose code stayed mapped after closing, by what holds it",
                {{"module", closed.module},
                 {"module_version", closed.version},
                 {"generation", std::to_string(closed.generation)},
                 {"holder", closed.holder}})
      .add();
}

}  // namespace serai
