// Rehearser: the host's side of REHEARSE. It sends all live entities of the changed modules and a
// sample of the dormant ones to the probe.
//
// Errors  failed_precondition: the probe refused; the text has the entity and the reason.
//         unavailable: the host stops, or storage cannot be reached.
// Thread  the loader thread.
// Owner   borrows its parts.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "loading/module_cache.hpp"
#include "ports/swap_control.hpp"
#include "rehearsal/probe.hpp"
#include "release/swap_plan.hpp"
#include "swap/store_reader.hpp"
#include "swap/swap.hpp"
#include "swap/swap_options.hpp"

namespace serai::swap {

class Rehearser {
 public:
  Rehearser(SwapControl& control,
            StoreReader& store,
            const SwapOptions& options,
            std::function<bool()> cancelled)
      : control_(control), store_(store), options_(options), cancelled_(std::move(cancelled)) {}

  // Rehearses all changed modules. The report of the swap gets the counts, differences and
  // divergences.
  Result<> rehearse(Swap& swap, const release::LiveSet& live);

 private:
  Result<> rehearse_module(const loading::VerifiedModule& module,
                           const loading::CachedFile& file,
                           const release::LiveModule* live,
                           Swap& swap);
  Result<> feed_entities(rehearsal::Probe& probe, const release::LiveModule& live);
  // Feed entities, and add them to `seen`: those in memory, or the dormant ones among those that
  // `query` lists. False: the probe takes no more, or the host stops.
  Result<bool> feed_live(rehearsal::Probe& probe,
                         const std::string& module,
                         std::set<EntityId>& seen);
  Result<bool> feed_dormant(rehearsal::Probe& probe, EntityQuery query, std::set<EntityId>& seen);

  SwapControl& control_;
  StoreReader& store_;
  const SwapOptions& options_;
  std::function<bool()> cancelled_;
};

}  // namespace serai::swap
