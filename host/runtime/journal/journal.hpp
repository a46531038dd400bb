// Journal: stores the inputs of entities whose kind has a journal, until their stored states
// contain them. So a crash loses at most the inputs of the last `journal_ms`.
//
//   every input of such an entity has a position; a stored state has that of its last input
//   a run that needs no write of its own        its input is added to the shard's row
//   a run that is written, or that waited       the state is stored, so its input is not needed
//   journal_ms after its first input            the shard's row is stored, when the one before is
//   a state is on disk                          rows that only have inputs before it are deleted
//   at a start                                  an entity's inputs after its stored state are
//                                               handled again, without effects on others
//
// A replay ends at the first position that is missing: the state behind it was not stored. An
// entity that comes back to an earlier state, because its write was lost, goes on behind the last
// position that was used, so that inputs of the lost time are never replayed.
//
// Bound   kBytesMax for the inputs that wait for the store. Inputs beyond it are not journaled, and
//         are counted; write-behind stores the state soon.
// Errors  a row that the store refuses is given up and counted. Its entities are stored as soon as
//         the store takes writes again, because no later input of them can be replayed before.
// Thread  the shard's; recover(): before the shard's entities are loaded.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/metrics.hpp"
#include "base/result.hpp"
#include "model/entity_id.hpp"
#include "runtime/journal/journal_row.hpp"
#include "runtime/journal/recovered_rows.hpp"

namespace serai::runtime {

struct Entity;
struct Run;
struct ShardParts;
struct ShardServices;

class Journal {
 public:
  Journal(ShardServices& services, ShardParts& parts);

  // Gives a successful run its position. `is_written`: the caller stores the state after the run.
  // Otherwise the input is journaled, or, when it cannot be replayed, the state is stored now.
  void note(Entity& entity, const Run& run, bool is_written);
  // Stores the state of an entity that has changed otherwise than by an input, such as by a swap.
  void begin_anew(Entity& entity);
  // Calls for entities without a journal do nothing, as those for positions that are not in it.
  void on_stored(const EntityId& id, std::uint64_t position);
  void on_erased(const EntityId& id);

  // Takes the inputs that were journaled before the last stop, of the entities of this shard.
  void recover(JournalInputs inputs, std::shared_ptr<RecoveredRows> rows);
  // Call when the entity has been loaded. Handles its recovered inputs again.
  void on_loaded(Entity& entity);

 private:
  struct Mark {
    std::uint64_t row = 0;
    std::uint64_t position = 0;  // of the entity's last input in the row
  };

  void store_later(std::uint32_t after_ms);
  std::uint32_t ms_left() const;
  void store_row();
  void on_row_lost(std::uint64_t row, std::uint64_t inputs, std::vector<std::uint64_t> done);
  void close_gaps_later();
  void close_gap(const EntityId& id);
  void replay(Entity& entity, std::vector<JournalInput>& inputs);
  Result<> handle_again(Entity& entity, JournalInput& journaled);
  void settle(const EntityId& id);

  ShardServices& services_;
  ShardParts& parts_;
  JournalRowWriter row_;
  std::unordered_map<EntityId, std::uint64_t, EntityIdHash> in_row_;  // the last positions in row_
  std::unordered_map<EntityId, std::deque<Mark>, EntityIdHash> marks_;  // oldest row first
  std::unordered_map<std::uint64_t, std::size_t> rows_;  // entities that still need the row
  std::unordered_set<EntityId, EntityIdHash> gaps_;      // lost inputs of them, not stored since
  std::vector<std::uint64_t> done_;                      // rows to delete
  std::int64_t row_since_us_ = 0;                        // the time of row_'s first input
  TimerId planned_ = 0;                                  // of the next store_row(); 0: none
  std::int64_t planned_us_ = 0;                          // its time, on the steady clock
  bool is_storing_ = false;                              // a row is being stored
  JournalInputs recovered_;
  std::unordered_set<EntityId, EntityIdHash> unsettled_;  // their recovered inputs are needed still
  std::shared_ptr<RecoveredRows> recovered_rows_;
  Counter& inputs_;
  Counter& lost_;
  Counter& replayed_;
};

}  // namespace serai::runtime
