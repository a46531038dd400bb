#include "swap/rehearser.hpp"

#include <iterator>
#include <utility>

#include "base/uuid.hpp"
#include "rehearsal/module_rehearsal.hpp"
#include "rehearsal/refused.hpp"

namespace serai::swap {
namespace {

// The number of matches to replay per module. So many cover the common paths through the rules, and
// their replay still ends within a second.
constexpr std::size_t kReplayedMax = 100;

}  // namespace

Result<> Rehearser::rehearse(Swap& swap, const release::LiveSet& live) {
  for (std::size_t i = 0; i < swap.plan.changed.size(); ++i) {
    const loading::VerifiedModule& module = swap.plan.changed[i];
    const auto running = live.modules.find(module.contract.name);
    const release::LiveModule* from = running == live.modules.end() ? nullptr : &running->second;
    if (Result<> done = rehearse_module(module, swap.files[i], from, swap); !done) return done;
  }
  return success();
}

Result<> Rehearser::rehearse_module(const loading::VerifiedModule& module,
                                    const loading::CachedFile& file,
                                    const release::LiveModule* live,
                                    Swap& swap) {
  SwapReport& report = swap.report;
  rehearsal::ProbeOptions options = options_.probe;
  options.cancelled = cancelled_;
  Result<rehearsal::Verdict> tried =
      run_probe(rehearsal::make_probe_plan(swap.plan.release, module, file.path(), live),
                options,
                [&](rehearsal::Probe& probe) {
                  return live == nullptr ? success() : feed_entities(probe, *live);
                });
  if (!tried) return tried.error();
  rehearsal::Verdict& verdict = *tried;
  report.rehearsed += verdict.entities;
  report.kinds.merge(verdict.kinds);
  std::move(verdict.differences.begin(),
            verdict.differences.end(),
            std::back_inserter(report.differences));
  std::move(verdict.divergences.begin(),
            verdict.divergences.end(),
            std::back_inserter(report.divergences));
  if (verdict.passed) return success();
  if (cancelled_()) return {Errc::unavailable, "the host is stopping"};

  const rehearsal::Refusal refusal{report.to, report.from, module.contract.name, report.started_ms};
  if (report.dry_run) {
    report.probe_output = verdict.output;
  } else {
    const rehearsal::RefusedPlaces places{options_.releases(), options_.data};
    report.saved_to = keep_refused(places, refusal, verdict, options_.refused_kept).string();
  }
  std::string reason = refusal_text(module.contract.name, verdict);
  if (!report.saved_to.empty()) reason += "; saved in " + report.saved_to;
  return {Errc::failed_precondition, reason};
}

Result<> Rehearser::feed_entities(rehearsal::Probe& probe, const release::LiveModule& live) {
  std::set<EntityId> seen;
  const Result<bool> takes_more = feed_live(probe, live.contract.name, seen);
  if (!takes_more) return takes_more.error();
  if (!*takes_more) return success();  // the verdict has the reason
  for (const abi::KindContract& kind : live.contract.kinds) {
    // One half of the sample begins at the first key, the other at a random one. That takes few
    // reads, and every entity can be chosen.
    for (const std::string& after : {std::string(), Uuid::make_random().text()}) {
      const Result<bool> more =
          feed_dormant(probe, {kind.name, after, options_.dormant_sample / 2}, seen);
      if (!more) return more.error();
      if (!*more) return success();
    }
  }
  return success();
}

Result<bool> Rehearser::feed_live(rehearsal::Probe& probe,
                                  const std::string& module,
                                  std::set<EntityId>& seen) {
  bool open = true;
  const Result<> exported =
      control_.export_live(module, kReplayedMax, [&](std::vector<ExportedEntity> batch) {
        for (ExportedEntity& entity : batch) {
          seen.insert(entity.id);
          open = open && probe.feed(std::move(entity));
        }
        return open && !cancelled_();
      });
  if (!open || cancelled_()) return false;
  if (!exported) return exported.error();
  return true;
}

Result<bool> Rehearser::feed_dormant(rehearsal::Probe& probe,
                                     EntityQuery query,
                                     std::set<EntityId>& seen) {
  Result<std::vector<EntityId>> ids = store_.list(std::move(query));
  if (!ids) return ids.error();
  for (const EntityId& id : *ids) {
    if (!seen.insert(id).second) continue;
    Result<std::optional<StoredEntity>> loaded = store_.load(id);
    if (!loaded) return loaded.error();
    if (!loaded->has_value()) continue;
    StoredEntity& stored = **loaded;
    if (!probe.feed({id, stored.schema, std::move(stored.state), false, {}})) return false;
  }
  return true;
}

}  // namespace serai::swap
