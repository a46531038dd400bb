#include "swap/status_view.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace serai::swap {
namespace {

using Json = nlohmann::ordered_json;

std::string print(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json differences_json(const std::vector<rehearsal::StateDifference>& differences) {
  Json list = Json::array();
  for (const rehearsal::StateDifference& one : differences) {
    list.push_back({{"kind", one.id.kind}, {"key", one.id.key}, {"difference", one.what}});
  }
  return list;
}

Json stages_json(const SwapReport& report) {
  Json list = Json::array();
  for (const StageReport& stage : report.stages) {
    list.push_back({{"stage", to_string(stage.stage)},
                    {"at_us", stage.at_us},
                    {"took_us", stage.took_us},
                    {"ended", stage.ended},
                    {"detail", stage.detail}});
  }
  return list;
}

Json module_json(const SwappedModule& module) {
  return {{"name", module.name}, {"from", module.from}, {"to", module.to}};
}

Json report_json(const SwapReport& report) {
  Json modules = Json::array();
  for (const SwappedModule& module : report.modules) {
    modules.push_back(module_json(module));
    modules.back()["generation"] = module.generation;
  }
  return {{"id", report.id},
          {"from", report.from},
          {"to", report.to},
          {"trigger", report.trigger},
          {"started_ms", report.started_ms},
          {"outcome", to_string(report.outcome)},
          {"reason", report.reason},
          {"note", report.note},
          {"kept", report.saved_to},
          {"modules", modules},
          {"rehearsed", report.rehearsed},
          {"differences", differences_json(report.differences)},
          {"divergences", differences_json(report.divergences)},
          {"entities_moved", report.moved.entities_moved},
          {"state_bytes", report.moved.state_bytes},
          {"commit_us", report.moved.took_us},
          {"pause_us_max", report.moved.pause_us_max},
          {"stages", stages_json(report)}};
}

Json live_json(const release::LiveSet& live) {
  Json modules = Json::array();
  for (const auto& [name, module] : live.modules) {
    modules.push_back({{"name", name},
                       {"version", module.contract.version},
                       {"generation", module.generation},
                       {"release", module.release},
                       {"build_id", module.build_id},
                       {"sha256", module.sha256}});
  }
  return modules;
}

const char* state_text(const SwapReport* swap) {
  if (swap == nullptr) return "steady";
  return swap->outcome == SwapOutcome::probation ? "probation" : "swapping";
}

std::string print_status(const SwapStatus& status) {
  Json history = Json::array();
  for (const SwapReport& report : status.history) history.push_back(report_json(report));
  std::string text = print({{"release", status.live.release},
                            {"committed", status.committed},
                            {"current", status.current},
                            {"state", state_text(status.swap)},
                            {"note", status.note},
                            {"not_lasting", status.not_lasting},
                            {"watched", status.watched},
                            {"not_watched", status.not_watched},
                            {"modules", live_json(status.live)},
                            {"swap", status.swap == nullptr ? Json() : report_json(*status.swap)},
                            {"queued", status.queued},
                            {"history", history},
                            {"still_mapped_after_close", status.still_mapped}});
  // The last crash is JSON text already, so it is inserted as it is.
  text.pop_back();
  return text + ",\"last_crash\":" + (status.last_crash.empty() ? "null" : status.last_crash) + "}";
}

Json dry_run_kinds_json(const DryRun& dry_run) {
  Json kinds = Json::array();
  for (const auto& [name, kind] : dry_run.report.kinds) {
    const auto each = static_cast<std::int64_t>(std::max<std::uint64_t>(kind.entities(), 1));
    kinds.push_back({{"kind", name},
                     {"entities", kind.live},
                     {"stored", kind.stored},
                     {"state_bytes", kind.live_bytes},
                     {"import_us", kind.import_us / each},
                     {"import_us_max", kind.import_us_max},
                     {"export_us", kind.export_us / each},
                     {"export_us_max", kind.export_us_max},
                     {"replayed", kind.replayed},
                     {"replayed_messages", kind.replayed_messages},
                     {"diverged", kind.diverged},
                     {"unsteady", kind.unsteady}});
    const auto schema = dry_run.schemas.find(name);
    if (schema != dry_run.schemas.end()) kinds.back()["schema"] = schema->second;
  }
  return kinds;
}

}  // namespace

void StatusView::show(const SwapStatus& status) {
  std::string text = print_status(status);
  const std::lock_guard lock(mutex_);
  text_ = std::move(text);
  live_ = status.live;
}

std::string StatusView::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

release::LiveSet StatusView::live() const {
  const std::lock_guard lock(mutex_);
  return live_;
}

std::string StatusView::release() const {
  const std::lock_guard lock(mutex_);
  return live_.release;
}

std::string print_report(const SwapReport& report) { return print(report_json(report)); }

std::string print_dry_run(const DryRun& dry_run) {
  const SwapReport& report = dry_run.report;
  Json modules = Json::array();
  for (const SwappedModule& module : report.modules) {
    modules.push_back(module_json(module));
    const auto policy = dry_run.policies.find(module.name);
    if (policy != dry_run.policies.end()) modules.back()["policy"] = policy->second;
  }
  std::uint64_t entities = 0;
  std::uint64_t bytes = 0;
  for (const auto& [name, kind] : report.kinds) {
    entities += kind.live;
    bytes += kind.live_bytes;
  }
  Json json = {{"from", report.from},
               {"to", report.to},
               {"trigger", report.trigger},
               {"started_ms", report.started_ms},
               {"reason", report.reason},
               {"note", report.note},
               {"modules", modules},
               {"rehearsed", report.rehearsed},
               {"differences", differences_json(report.differences)},
               {"divergences", differences_json(report.divergences)},
               {"stages", stages_json(report)},
               {"dry_run", true},
               {"verdict", verdict_text(report.outcome)},
               {"kinds", dry_run_kinds_json(dry_run)},
               {"entities", entities},
               {"state_bytes", bytes},
               {"warnings", dry_run.warnings}};
  if (!report.probe_output.empty()) json["probe_output"] = report.probe_output;
  return print(json);
}

std::string print_progress(const SwapReport& report, const SwapProgress& progress) {
  return print({{"swap", report.id},
                {"to", report.to},
                {"stage", report.stages.empty() ? "" : to_string(report.stages.back().stage)},
                {"moved", progress.moved},
                {"of", progress.of}});
}

std::string print_probation(const SwapReport& report,
                            const std::vector<GenerationFigures>& figures,
                            std::chrono::milliseconds left) {
  Json modules = Json::array();
  for (const GenerationFigures& one : figures) {
    modules.push_back({{"module", one.module},
                       {"module_version", one.version},
                       {"generation", one.generation},
                       {"entities", one.entities},
                       {"calls", one.calls},
                       {"failures", one.failures},
                       {"overruns", one.overruns}});
  }
  return print(
      {{"swap", report.id}, {"to", report.to}, {"left_ms", left.count()}, {"modules", modules}});
}

std::string print_releases(const ReleaseListing& listing) {
  Json list = Json::array();
  for (const std::string& name : listing.names) {
    list.push_back(
        {{"release", name}, {"live", name == listing.live}, {"current", name == listing.current}});
  }
  return print({{"folder", listing.folder}, {"releases", list}});
}

}  // namespace serai::swap
