// REHEARSE, the host's side: all live entities of the changed modules and some dormant ones go to
// the probe.
#include <iterator>
#include <set>

#include "base/uuid.hpp"
#include "rehearsal/module_rehearsal.hpp"
#include "rehearsal/refused.hpp"
#include "swap/swap_stages.hpp"

namespace serai {
namespace {

// Matches whose recorded messages are replayed, per module: enough to meet the common ways through
// the rules, and still done within a second.
constexpr std::size_t kReplayedMax = 100;

}  // namespace

Result<> SwapStages::rehearse(const Prepared& prepared, const LiveSet& live, SwapRecord& record) {
  for (std::size_t i = 0; i < prepared.plan.changed.size(); ++i) {
    const VerifiedModule& module = prepared.plan.changed[i];
    const auto running = live.modules.find(module.contract.name);
    const LiveModule* from = running == live.modules.end() ? nullptr : &running->second;
    Result<> done = rehearse_module(module, prepared.files[i], prepared.plan, from, record);
    if (!done) return done;
  }
  return success();
}

Result<> SwapStages::rehearse_module(const VerifiedModule& module,
                                     const CachedFile& file,
                                     const SwapPlan& plan,
                                     const LiveModule* live,
                                     SwapRecord& record) {
  ProbeOptions options = options_.probe;
  options.cancelled = cancelled_;
  Result<Verdict> tried = run_probe(
      make_probe_plan(plan.release, module, file.path(), live), options, [&](Probe& probe) {
        return live == nullptr ? success() : feed_entities(probe, *live);
      });
  if (!tried) return tried.error();
  Verdict& verdict = *tried;
  record.rehearsed += verdict.entities;
  record.kinds.merge(verdict.kinds);
  std::move(verdict.differences.begin(),
            verdict.differences.end(),
            std::back_inserter(record.differences));
  std::move(verdict.divergences.begin(),
            verdict.divergences.end(),
            std::back_inserter(record.divergences));
  if (verdict.passed) return success();
  if (cancelled_()) return {Errc::unavailable, "the host is stopping"};

  const Refusal refusal{record.to, record.from, module.contract.name, record.started_ms};
  if (record.dry_run) {
    record.probe_output = verdict.output;
  } else {
    record.kept = keep_refused(options_.releases(), options_.data, refusal, verdict).string();
  }
  std::string reason = refusal_text(module.contract.name, verdict);
  if (!record.kept.empty()) reason += "; kept in " + record.kept;
  return {Errc::failed_precondition, reason};
}

Result<> SwapStages::feed_entities(Probe& probe, const LiveModule& live) {
  std::set<EntityId> seen;
  bool open = true;
  Result<> exported = control_.export_live(
      live.contract.name, kReplayedMax, [&](std::vector<ExportedEntity> batch) {
        for (ExportedEntity& entity : batch) {
          seen.insert(entity.id);
          open = open && probe.feed(std::move(entity));
        }
        return open && !cancelled_();
      });
  if (!open || cancelled_()) return success();  // the verdict says why
  if (!exported) return exported;

  for (const KindContract& kind : live.contract.kinds) {
    // From the oldest keys and from a random place: few reads, and no corner is never looked at.
    for (const std::string& after : {std::string(), Uuid::make_random().text()}) {
      Result<std::vector<EntityId>> ids =
          store_.list({kind.name, after, options_.dormant_sample / 2});
      if (!ids) return ids.error();
      for (const EntityId& id : *ids) {
        if (!seen.insert(id).second) continue;
        Result<std::optional<EntityRecord>> record = store_.load(id);
        if (!record) return record.error();
        if (!record->has_value()) continue;
        EntityRecord& stored = **record;
        if (!probe.feed({id, stored.schema, std::move(stored.state), false, {}})) return success();
      }
    }
  }
  return success();
}

}  // namespace serai
