#include "runtime/execution/run_figures.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

// A shorter run is not charged to its player: the search in the table of quotas would cost a
// noticeable part of the run, and the protocol's rate limits bound the number of runs.
constexpr std::uint64_t kCheapUs = 16;

}  // namespace

CallerCell& RunFigures::cell_of(const Run& run) const {
  return run.generation->figures(services_.shard.index())
      .callers[cell_of_player(run.input.user_id)];
}

// SERAI_UNAVAILABLE does not count as a refusal: it comes from the storage and is neither a fault
// of the release nor a rule of the game.
void RunFigures::count_outcome(const Run& run, serai_status status) {
  Figures& figures = run.generation->figures(services_.shard.index());
  auto& callers = figures.handlers[static_cast<std::size_t>(run.handler_index)];
  OutcomeCell& cell = callers[cell_of_player(run.input.user_id)];
  CallerCell::add_one(cell.ended);
  const bool refused = status != SERAI_OK && status != SERAI_UNAVAILABLE && !is_fault(status);
  if (refused) CallerCell::add_one(cell.refused);
}

void RunFigures::count(const Run& run, std::int64_t began_us) {
  const std::int64_t ended = services_.env.clock.steady_us();
  services_.watch.leave();
  Figures& figures = run.generation->figures(services_.shard.index());
  const auto took = static_cast<std::uint64_t>(ended - began_us);
  figures.calls.fetch_add(1, std::memory_order_relaxed);
  figures.busy_us.fetch_add(took, std::memory_order_relaxed);
  const auto bucket = static_cast<std::size_t>(std::bit_width(took));
  const std::size_t at = std::min(bucket, figures.latency.size() - 1);
  figures.latency[at].fetch_add(1, std::memory_order_relaxed);
  CallerCell& caller = cell_of(run);
  CallerCell::add_one(caller.calls);
  CallerCell::add_one(caller.latency[at]);
  if (took >= kCheapUs) {
    services_.quotas.charge(
        run.input.user_id, PlayerQuotas::Use::busy_us, static_cast<double>(took), ended);
  }
  const std::uint32_t budget_ms = services_.watch.budget_ms.load(std::memory_order_relaxed);
  if (took <= std::uint64_t{budget_ms} * 1000) return;
  figures.overruns.fetch_add(1, std::memory_order_relaxed);
  CallerCell::add_one(caller.overruns);
  services_.log.write(
      LogLevel::warn,
      "handler.overran",
      LogContext(run, {{"busy_ms", static_cast<double>(took) / 1e3}, {"budget_ms", budget_ms}}));
}

}  // namespace serai::runtime
