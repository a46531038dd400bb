#include "app/swap_reporter.hpp"

#include <nlohmann/json.hpp>

namespace serai {
namespace {

using nlohmann::ordered_json;

// People do not read faster.
constexpr std::int64_t kProgressEveryUs = 50'000;
constexpr std::int64_t kProbationEveryUs = 1'000'000;

std::string text(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

bool SwapReporter::is_due(std::int64_t& last_us, std::int64_t every_us) {
  const std::int64_t now = clock_.steady_us();
  if (now < last_us + every_us) return false;
  last_us = now;
  return true;
}

void SwapReporter::on_swap(const SwapRecord& record) {
  feed_.publish("swap", print_record(record));
}

void SwapReporter::on_progress(const SwapRecord& record, const SwapProgress& progress) {
  const bool last = progress.moved >= progress.of;
  if (!is_due(progress_us_, kProgressEveryUs) && !last) return;
  feed_.publish("progress",
                text({{"swap", record.id},
                      {"to", record.to},
                      {"stage", record.stages.empty() ? "" : record.stages.back().name},
                      {"moved", progress.moved},
                      {"of", progress.of}}));
}

void SwapReporter::on_probation(const SwapRecord& record,
                                const std::vector<GenerationFigures>& figures,
                                std::chrono::milliseconds left) {
  if (!is_due(probation_us_, kProbationEveryUs)) return;
  ordered_json modules = ordered_json::array();
  for (const GenerationFigures& one : figures) {
    modules.push_back({{"module", one.module},
                       {"module_version", one.version},
                       {"generation", one.generation},
                       {"entities", one.entities},
                       {"calls", one.calls},
                       {"failures", one.failures},
                       {"overruns", one.overruns}});
  }
  feed_.publish("probation",
                text({{"swap", record.id},
                      {"to", record.to},
                      {"left_ms", left.count()},
                      {"modules", modules}}));
}

}  // namespace serai
