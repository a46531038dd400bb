// ShardParts: references to all parts of one shard. Each part has them and calls the others.
//
// Thread  the shard's.
// Owner   ShardRuntime owns all parts; they live and end together.
#pragma once

#include "runtime/commit/committer.hpp"
#include "runtime/commit/effect_flusher.hpp"
#include "runtime/commit/idempotency.hpp"
#include "runtime/commit/write_behind.hpp"
#include "runtime/entity/entity.hpp"
#include "runtime/entity/entity_loader.hpp"
#include "runtime/entity/entity_states.hpp"
#include "runtime/entity/entity_table.hpp"
#include "runtime/entity/entity_timers.hpp"
#include "runtime/entity/sweeper.hpp"
#include "runtime/execution/client_calls.hpp"
#include "runtime/execution/player_bounds.hpp"
#include "runtime/execution/requests.hpp"
#include "runtime/execution/run_figures.hpp"
#include "runtime/execution/runner.hpp"
#include "runtime/execution/waits.hpp"
#include "runtime/journal/journal.hpp"
#include "runtime/mailbox/mailboxes.hpp"
#include "runtime/match/matches.hpp"
#include "runtime/migration/barrier.hpp"
#include "runtime/migration/entity_upgrader.hpp"
#include "runtime/migration/mover.hpp"
#include "runtime/migration/retirement.hpp"
#include "runtime/shard/shard_services.hpp"
#include "runtime/undo/undo.hpp"

namespace serai::runtime {

struct ShardParts {
  ShardServices& services;
  EntityTable& table;
  EntityLoader& loader;
  EntityStates& states;
  EntityTimers& timers;
  Sweeper& sweeper;
  Mailboxes& mailboxes;
  PlayerBounds& bounds;
  ClientCalls& clients;
  Runner& runner;
  RunFigures& figures;
  Waits& waits;
  Requests& requests;
  Committer& committer;
  EffectFlusher& effects;
  WriteBehind& write_behind;
  Idempotency& idempotency;
  Undo& undo;
  Journal& journal;
  Matches& matches;
  Mover& mover;
  Barrier& barrier;
  EntityUpgrader& upgrader;
  Retirement& retirement;
};

}  // namespace serai::runtime
