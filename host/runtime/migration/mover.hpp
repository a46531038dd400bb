// Mover: moves entities between generations: one by one, each between two of its messages.
//
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

// How far a switch has come on this shard.
struct SwitchProgress {
  bool done = false;
  std::optional<Error> failed;
  std::uint64_t moved = 0;
  std::uint64_t of = 0;
  std::uint64_t bytes = 0;
  std::int64_t pause_us_max = 0;
};

class Mover {
 public:
  using Report = std::function<void(const SwitchProgress&)>;

  Mover(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  bool needs_move(const Entity& entity) const;
  // Begins to serve by `target`, and to move live entities to it. `reverting`: entities that have
  // run no handler since their move get their former state back. `report` is called now and then,
  // and when the last entity has moved or one has failed, until end_switch().
  void begin_switch(const Directory* target, bool reverting, Report report);
  void end_switch();
  bool may_move() const;
  bool needs_newer(const Entity& entity) const;
  bool move(Entity& entity);  // false: the switch has failed on it
  // Adds the ids of a part of the module's entities; false when that was the last part.
  bool ids_of(std::string_view module, TableWalk& walk, std::deque<EntityId>& ids) const;
  // Exports entities from the front of `ids` until the slice is used up. Fails at the first entity
  // that cannot be exported.
  Result<std::vector<ExportedEntity>> export_some(std::deque<EntityId>& ids,
                                                  std::size_t& recordings);
  void keep_awake(bool awake) { keep_awake_ = awake; }
  bool is_switching() const { return switching_; }
  bool keeps_awake() const { return keep_awake_; }
  // Notes an entity that no serving generation can open; it is woken when one can.
  void leave_asleep(const EntityId& id) { left_.insert(id); }
  void note_stuck(const EntityId& id) { stuck_.insert(id); }

 private:
  void gather_some();
  void move_slice();
  void report();
  bool leave_behind(Entity& entity, const Error& why);
  bool leave(Entity& entity);
  Result<> move_to(Entity& entity, const KindRoute& route);
  Result<> put_back(Entity& entity, const KindRoute& route);
  Result<> become(Entity& entity, const KindRoute& route, const Snapshot& snapshot);

  ShardServices& services_;
  ShardParts& parts_;
  bool switching_ = false;
  bool reverting_ = false;
  std::int64_t switch_began_us_ = 0;
  std::int64_t moving_us_ = 0;  // spent on moves since the switch began
  bool gathering_ = false;      // to_move_ is not complete yet
  TableWalk gathered_;
  std::deque<EntityId> to_move_;
  std::set<EntityId> stuck_;  // have messages that wait because they could not be moved
  std::set<EntityId> left_;   // asleep because no serving generation can open them
  bool keep_awake_ = false;
  SwitchProgress progress_;
  Report report_;
  std::int64_t reported_us_ = 0;
};

}  // namespace serai::runtime
