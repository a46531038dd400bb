// Mover: moves entities between generations: one by one, each between two of its messages. A move
// exports the state from one generation and imports it into the other.
//
// Errors  of a switch: failed_precondition (the generations have no schema in common), or the error
//         of the export or import, which names the entity.
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/entity_id.hpp"
#include "ports/swap_control.hpp"
#include "runtime/entity/entity_table.hpp"
#include "runtime/routing/directory.hpp"
#include "runtime/undo/snapshot.hpp"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

// The progress of a switch on this shard.
struct SwitchProgress {
  bool done = false;            // all entities have moved
  std::optional<Error> failed;  // the first error; no more entities are moved
  std::uint64_t moved = 0;
  std::uint64_t of = 0;           // entities to move, moved ones included
  std::uint64_t bytes = 0;        // of the moved states
  std::int64_t pause_us_max = 0;  // the longest move of one entity
};

class Mover {
 public:
  using Report = std::function<void(const SwitchProgress&)>;

  Mover(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // True during a switch when the directory has another generation for the entity than its own.
  bool needs_move(const Entity& entity) const;
  // Makes `target` the directory of the shard, and begins to move the entities in memory. It is
  // borrowed until the next one. `reverting`: the last switch has failed, and its entities move
  // back. An entity that has run no handler since its move then gets its former state back, and an
  // entity that cannot move back is left on disk. `report` is called every 50 ms, and when the last
  // entity has moved or a move has failed, until end_switch().
  void begin_switch(const Directory* target, bool reverting, Report report);
  void end_switch();
  // True when the shard may spend time on a move now.
  bool may_move() const;
  // True when the entity's own generation has no handler for its next message, so that the entity
  // must move at once.
  bool needs_newer(const Entity& entity) const;
  // Moves an entity that needs_move(). False: it could not move, and the switch has failed, or it
  // must be saved to disk first.
  bool move(Entity& entity);
  // Adds the ids of a part of the module's entities. False: that was the last part.
  bool ids_of(std::string_view module, TableWalk& walk, std::deque<EntityId>& ids) const;
  // Exports entities from the front of `ids` for `migrate_slice_us`. At most `recordings` get their
  // recording, and are subtracted. The first entity that cannot be exported is an error.
  Result<std::vector<ExportedEntity>> export_some(std::deque<EntityId>& ids,
                                                  std::size_t& recordings);
  // Exports one entity with its recording and the host's part of its state. While a handler waits,
  // the state is the one before it. unavailable: there is no state before it.
  Result<ExportedEntity> copy(const Entity& entity) const;
  // While true, no entity is removed from memory for being idle.
  void keep_awake(bool awake) { keep_awake_ = awake; }
  bool is_switching() const { return switching_; }
  bool keeps_awake() const { return keep_awake_; }
  // Registers a stored entity that no serving generation can open. It is loaded when a switch
  // brings a generation that has its kind.
  void leave_asleep(const EntityId& id) { left_.insert(id); }
  // Registers an entity that could not move. Its messages are handled after the switch.
  void note_stuck(const EntityId& id) { stuck_.insert(id); }

 private:
  // Adds entities that must move to to_move_, from a part of the table.
  void gather_some();
  void move_slice();
  // Moves the first entity of to_move_. False: it needs no move any more.
  bool move_next();
  void report();
  bool leave_behind(Entity& entity, const Error& why);
  bool leave(Entity& entity);
  Result<> move_to(Entity& entity, const KindRoute& route);
  Result<> put_back(Entity& entity, const KindRoute& route);
  Result<> become(Entity& entity, const KindRoute& route, const Snapshot& snapshot);
  Result<ExportedEntity> export_one(const Entity& entity, std::size_t& recordings) const;

  ShardServices& services_;
  ShardParts& parts_;
  bool switching_ = false;
  bool reverting_ = false;
  std::int64_t switch_began_us_ = 0;
  std::int64_t moving_us_ = 0;  // time spent on moves since the switch began
  bool gathering_ = false;      // to_move_ is not complete yet
  TableWalk gathered_;
  std::deque<EntityId> to_move_;
  std::set<EntityId> stuck_;  // see note_stuck()
  std::set<EntityId> left_;   // see leave_asleep()
  bool keep_awake_ = false;
  SwitchProgress progress_;
  Report report_;
  std::int64_t reported_us_ = 0;
};

}  // namespace serai::runtime
