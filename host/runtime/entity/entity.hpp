// Entity: one piece of live game state, addressed by kind and key, and everything the host keeps
// for it.
//
// Owner   the ShardRuntime of shard_of(kind, key). The module's state belongs to the entity and is
//         destroyed by the generation that made it.
// Thread  the shard's.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "runtime/entity/host_state.hpp"
#include "runtime/execution/run.hpp"
#include "runtime/mailbox/input.hpp"
#include "runtime/mailbox/mailbox.hpp"
#include "runtime/undo/input_log.hpp"
#include "runtime/undo/recorder.hpp"
#include "runtime/undo/snapshot.hpp"

namespace serai::runtime {

// A finished handler whose effects wait for its commit, or for an earlier one's.
struct PendingEffects {
  RunPtr run;
  bool committed = false;
};

// How far the stored entity is behind its state in memory.
struct WriteState {
  bool dirty = false;             // changed since the last stage()
  Uuid dirtied_by;                // the player whose message changed it last; nil: none
  bool write_failed = false;      // of the last write by write-behind
  bool stored = false;            // it is stored or staged
  std::uint32_t commits = 0;      // stages under way
  std::uint64_t staged_hash = 0;  // of what write-behind staged last
};

struct Entity {
  // loading -> ready -> looking -> ready
  //                  -> waiting -> ready
  //                  -> ending
  // and from each of them to gone, which is final.
  enum class Phase : std::uint8_t {
    loading,  // it is being read from storage
    ready,
    looking,  // an idempotency key is being looked up
    waiting,  // its handler waits
    ending,   // closed; being erased from storage
    gone,     // ended or evicted: to be removed when the turn ends
  };

  EntityId id;
  LoadedGeneration* generation = nullptr;
  int kind_index = -1;
  serai_entity* state = nullptr;
  bool is_worked_on = false;  // changed by Mailboxes only
  bool born = false;          // read from storage, or a handler that creates has succeeded
  WriteState writes;

  HostState host;
  TimerId tick_timer = 0;
  std::int64_t next_tick_us = 0;
  std::int64_t used_ms = 0;

  Mailbox mailbox;
  RunPtr run;                                  // with Phase::waiting and looking
  std::deque<PendingEffects> pending_effects;  // effects in the order of their handlers

  Snapshot snapshot;  // undoes a failed handler, with the log
  InputLog log;
  std::unique_ptr<Recorder> recorder;  // of a match, unless recording is switched off

  // During a switch, until it is complete: the last state under the former generation, in that
  // generation's schema, and the value of `runs` then.
  std::optional<Snapshot> before_switch;
  std::uint64_t runs_before_switch = 0;
  std::uint64_t runs = 0;  // since it was opened

  const abi::KindContract& kind() const { return generation->kind(kind_index); }
  const KindTable& table() const { return generation->kind_table(kind_index); }
  // Empty while the entity is being read, and when it is gone, because its code may be gone too.
  ServedBy served_by() const {
    return generation == nullptr || phase_ == Phase::gone ? ServedBy{} : generation->served_by();
  }
  StreamId stream() const;  // of its match

  Phase phase() const { return phase_; }
  void enter(Phase next);  // asserts that the one may follow the other

 private:
  Phase phase_ = Phase::loading;
};

}  // namespace serai::runtime
