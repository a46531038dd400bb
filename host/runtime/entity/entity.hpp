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
struct PendingRelease {
  RunPtr run;
  bool committed = false;
};

// How far the entity's record is behind its state.
struct WriteState {
  bool dirty = false;             // changed since the last stage()
  Uuid dirtied_by;                // the player whose message did so last; nil: none
  bool write_failed = false;      // the last time that write-behind tried
  bool stored = false;            // a record exists or is staged
  std::uint32_t commits = 0;      // stages under way
  std::uint64_t staged_hash = 0;  // of what write-behind staged last
};

struct Entity {
  // loading -> ready -> looking -> ready
  //                  -> waiting -> ready
  //                  -> ending
  // and from each of them to gone, from which there is no way.
  enum class Phase : std::uint8_t {
    loading,  // its record is being read
    ready,
    looking,  // an idempotency key is being looked up
    waiting,  // its handler waits
    ending,   // closed; being erased
    gone,     // ended or evicted: to be removed when the turn ends
  };

  EntityId id;
  LoadedGeneration* generation = nullptr;
  int kind_index = -1;
  serai_entity* state = nullptr;
  bool is_worked_on = false;  // Mailboxes alone changes it
  bool born = false;          // opened from a record, or a handler that creates has succeeded
  WriteState writes;

  HostState host;
  TimerId tick_timer = 0;
  std::int64_t next_tick_us = 0;
  std::int64_t used_ms = 0;

  Mailbox mailbox;
  RunPtr run;                           // with Phase::waiting and looking
  std::deque<PendingRelease> releases;  // effects in the order of their handlers

  Snapshot snapshot;  // what a failed handler is undone with
  InputLog log;
  std::unique_ptr<Recorder> recorder;  // of a match, unless recording is switched off

  // During a switch: the state as the former generation last had it, in its own schema, until the
  // switch is complete; and how many handlers had run by then.
  std::optional<Snapshot> before_switch;
  std::uint64_t runs_before_switch = 0;
  std::uint64_t runs = 0;  // since it was opened

  const abi::KindContract& kind() const { return generation->kind(kind_index); }
  const KindTable& table() const { return generation->kind_table(kind_index); }
  // Of no code while it is being read; when it is gone, its code may be.
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
