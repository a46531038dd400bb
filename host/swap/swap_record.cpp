#include "swap/swap_record.hpp"

#include <nlohmann/json.hpp>

namespace serai {
namespace {

using Json = nlohmann::ordered_json;

Json print_differences(const std::vector<StateDifference>& differences) {
  Json list = Json::array();
  for (const StateDifference& one : differences) {
    list.push_back({{"kind", one.id.kind}, {"key", one.id.key}, {"difference", one.what}});
  }
  return list;
}

}  // namespace

std::string_view outcome_text(SwapOutcome outcome) {
  switch (outcome) {
    case SwapOutcome::running:
      return "running";
    case SwapOutcome::unchanged:
      return "unchanged";
    case SwapOutcome::refused:
      return "refused";
    case SwapOutcome::probation:
      return "probation";
    case SwapOutcome::settled:
      return "settled";
    case SwapOutcome::rolled_back:
      return "rolled_back";
  }
  return "unknown";
}

std::string print_record(const SwapRecord& record) {
  Json stages = Json::array();
  for (const SwapStage& stage : record.stages) {
    stages.push_back({{"stage", stage.name},
                      {"at_us", stage.at_us},
                      {"took_us", stage.took_us},
                      {"ended", stage.ended},
                      {"detail", stage.detail}});
  }
  Json modules = Json::array();
  for (const SwappedModule& module : record.modules) {
    modules.push_back({{"name", module.name},
                       {"from", module.from},
                       {"to", module.to},
                       {"generation", module.generation}});
  }
  const Json json = {{"id", record.id},
                     {"from", record.from},
                     {"to", record.to},
                     {"trigger", record.trigger},
                     {"started_ms", record.started_ms},
                     {"outcome", outcome_text(record.outcome)},
                     {"reason", record.reason},
                     {"note", record.note},
                     {"kept", record.kept},
                     {"modules", modules},
                     {"rehearsed", record.rehearsed},
                     {"differences", print_differences(record.differences)},
                     {"divergences", print_differences(record.divergences)},
                     {"entities_moved", record.report.entities_moved},
                     {"state_bytes", record.report.state_bytes},
                     {"commit_us", record.report.took_us},
                     {"pause_us_max", record.report.pause_us_max},
                     {"stages", stages}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace serai
