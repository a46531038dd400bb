// ShardServices: the ports, settings, counters and log that every part of a shard uses, and the
// shard itself.
//
// Thread  the shard's; `watch`: any.
// Owner   ShardRuntime owns it; it borrows the references.
#pragma once

#include <memory>
#include <vector>

#include "base/log.hpp"
#include "runtime/routing/directory.hpp"
#include "runtime/shard/dead_letters.hpp"
#include "runtime/shard/environment.hpp"
#include "runtime/shard/player_quotas.hpp"
#include "runtime/shard/refusals.hpp"
#include "runtime/shard/watch.hpp"

namespace serai::runtime {

class ShardRuntime;

struct ShardServices {
  using Peers = std::vector<std::unique_ptr<ShardRuntime>>;

  ShardServices(const Environment& environment,
                Shard& its_shard,
                const Peers& all,
                const StreamsOf& its_streams)
      : env(environment),
        shard(its_shard),
        peers(all),
        streams_of(its_streams),
        log(environment.log),
        refusals(environment.metrics),
        dead_letters(environment.metrics),
        quotas(environment.options.limits) {}

  Streams& streams() const { return streams_of(shard.index()); }

  Environment env;
  Shard& shard;
  const Peers& peers;  // all shards, this one included; to be used by post() only
  const StreamsOf& streams_of;
  const Directory* directory = nullptr;  // the one that was set last; null before install()
  const Log log;
  Refusals refusals;
  DeadLetters dead_letters;
  PlayerQuotas quotas;
  Watch watch;
  bool shutting_down = false;  // new work is refused
};

}  // namespace serai::runtime
