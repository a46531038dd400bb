// Entity: one piece of game state in memory, addressed by kind and key, with its mailbox, its
// timers and all other data that the host has of it.
//
// Owner   the EntityTable of shard_of(kind, key). The entity owns the module's state, which the
//         generation that made it destroys (EntityStates).
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

// A finished run whose effects wait for its own commit or for that of an earlier run.
struct PendingEffects {
  RunPtr run;
  bool committed = false;
};

// The difference between the entity in memory and on disk.
struct WriteState {
  bool dirty = false;             // changed since it was staged last
  Uuid dirtied_by;                // the player whose message changed it last; nil: none
  bool write_failed = false;      // the last write by write-behind has failed
  bool stored = false;            // the store has the entity, or will have it with a staged write
  std::uint32_t commits = 0;      // staged writes that are not on disk yet
  std::uint64_t staged_hash = 0;  // of the state that write-behind staged last; 0: none
};

struct Entity {
  // loading -> ready -> looking_up -> ready
  //                  -> waiting -> ready
  //                  -> ending
  // Each phase may also change to gone, which is final.
  enum class Phase : std::uint8_t {
    loading,     // the entity is being read from storage
    ready,       // the next message can be handled
    looking_up,  // the idempotency key of `run` is being looked up
    waiting,     // the handler of `run` waits for an answer
    ending,      // a handler has closed the entity, which is being erased from storage
    gone,        // evicted or never created; removed as soon as nothing uses the entity
  };

  EntityId id;
  LoadedGeneration* generation = nullptr;
  int kind_index = -1;
  serai_entity* state = nullptr;
  bool is_worked_on = false;  // a handler or a move is running; changed by Mailboxes only
  bool born = false;          // it was stored, or a handler with `creates` has succeeded
  WriteState writes;

  HostState host;
  TimerId tick_timer = 0;         // 0: not armed
  std::int64_t next_tick_us = 0;  // steady clock
  std::int64_t used_ms = 0;       // Unix, of the last message

  Mailbox mailbox;
  RunPtr run;                                  // in the phases looking_up and waiting
  std::deque<PendingEffects> pending_effects;  // in the order of the handlers

  Snapshot snapshot;  // restores the entity after a failed handler, together with `log`
  InputLog log;
  std::unique_ptr<Recorder> recorder;  // of a match; null when `record_inputs` is off

  // The last state under the former generation, in that generation's schema, and the value of
  // `runs` then. A failed switch restores it, if the entity has run no handler since. The sweeper
  // drops it after the switch.
  std::optional<Snapshot> before_switch;
  std::uint64_t runs_before_switch = 0;
  std::uint64_t runs = 0;  // since the entity was opened

  const abi::KindContract& kind() const { return generation->kind(kind_index); }
  const KindTable& table() const { return generation->kind_table(kind_index); }
  // Empty while the entity is loading, and when it is gone, because its generation may be closed
  // then.
  ServedBy served_by() const {
    return generation == nullptr || phase_ == Phase::gone ? ServedBy{} : generation->served_by();
  }
  StreamId stream() const;  // the stream of a match

  Phase phase() const { return phase_; }
  void enter(Phase next);  // asserts that the transition is allowed

 private:
  Phase phase_ = Phase::loading;
};

}  // namespace serai::runtime
