// CommitQueue: decides which units may be committed now, and which are lost with others. Pure
// logic, no SQL.
//
// Order   a unit builds on another uncommitted unit when it wrote an entity after that unit did.
//         take() returns a set of finished units that build on no unit outside the set; units that
//         build on each other are taken together.
// Share   when more bytes are ready than a batch takes, the unit that has waited longest is taken
//         first, then the smallest ones, each with the units it builds on. So a small unit never
//         waits behind large ones for more than one batch, and no unit waits for ever.
// Loss    when a batch is lost, everything that builds on it is lost too. The entities it wrote may
//         not be staged again until they have been loaded, because their state in memory differs
//         from the disk. A repeatable write (Writes) is excepted: it may be staged again.
// Thread  one.
// Owner   parts are moved in, and moved out exactly once: by take() and lost(), or back from
//         stage().
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ports/store.hpp"
#include "storage/finished_units.hpp"

namespace serai::storage {

// A part of a unit: the writes of one stage(), or the transfers of one confirmed run.
struct UnitPart {
  std::uint64_t order = 0;  // place in the order of staging, given by the queue
  Writes writes;
  std::vector<LedgerTransfer> transfers;
  Executor* where = nullptr;  // null: no answer is wanted
  StoreAnswer<Unit> answer;
};

class CommitQueue {
 public:
  using Node = std::uint64_t;  // a unit, or a part that came after the end of its unit; 0: none

  // `refused` is the part itself. It is returned when its unit is lost, or when the part would
  // write an entity of which an earlier write was lost.
  struct Staged {
    Node node = 0;
    std::optional<UnitPart> refused;
    std::vector<UnitPart> fallen;  // parts staged earlier, lost with the refused one
  };
  Staged stage(UnitId unit, UnitPart part);
  void finish(UnitId unit);
  // Makes the unit and all units that build on it lost. Returns their parts.
  std::vector<UnitPart> abandon(UnitId unit);
  // `unit` must not be committed before `on`.
  void depend(UnitId unit, Node on);

  // True when take() may return something: since the last take() a unit has finished or a late part
  // has come, or that take() left units behind.
  bool has_ready() const { return changed_; }
  struct Batch {
    std::vector<UnitPart> parts;  // in the order of staging
    std::vector<Node> nodes;
  };
  // Exceeds `bytes_max` only for units that must be committed together.
  Batch take(std::size_t bytes_max = SIZE_MAX);
  void committed();               // the batch last taken is on disk
  std::vector<UnitPart> lost();   // the batch is lost; returns the parts lost with it
  std::vector<UnitPart> close();  // returns all parts that are left

  Node find(UnitId unit) const;  // the open node of a unit, 0 when it has none
  bool is_finished(Node node) const;
  bool has_ended(UnitId unit) const;
  bool is_lost(UnitId unit) const;
  bool has(Node node) const { return nodes_.contains(node); }
  // The nodes lost since the last call, including those of a lost batch.
  std::vector<Node> take_lost_nodes();

  // The newest staged state of an entity, which a load must return instead of the state on disk.
  // `stored` is null when the entity is staged as erased.
  struct Pending {
    const StoredEntity* stored = nullptr;
  };
  std::optional<Pending> pending(const EntityId& id) const;
  // The entity is being loaded from the store, so it may be staged again.
  void loaded(const EntityId& id) { stale_.erase(id); }
  std::size_t uncommitted() const { return nodes_.size(); }

 private:
  struct Item {
    UnitId unit = 0;
    bool finished = false;
    bool entangled = false;  // is_entangled() when taken: later its parts are gone
    bool lost = false;
    std::vector<UnitPart> parts;
    std::size_t bytes = 0;  // to be written
    std::vector<EntityId> entities;
    std::vector<std::uint64_t> messages;
    std::unordered_set<Node> dependents;
  };
  using BuildsOn = std::unordered_map<Node, std::vector<Node>>;
  // Nodes that a batch takes together.
  struct Group {
    std::vector<Node> nodes;
    std::size_t bytes = 0;
  };
  std::unordered_set<Node> ready() const;
  BuildsOn builds_on(const std::unordered_set<Node>& ready) const;
  Group group_of(Node first,
                 const BuildsOn& builds_on,
                 const std::unordered_set<Node>& chosen,
                 std::size_t bytes_max) const;
  std::vector<Node> share_of(const std::unordered_set<Node>& ready, std::size_t bytes_max) const;
  Node node_for(UnitId unit);
  bool is_stale(const Writes& writes) const;
  void touch(Node node, const EntityId& id);
  void link(Node from, Node on);
  void order(Node node, const Writes& writes);
  enum class Cause { disk, built_on_lost };
  static bool is_entangled(const Item& item);
  void lose(Node first, Cause cause, std::vector<UnitPart>& parts);
  void forget(Node node);
  void restore_writer(const EntityId& id);

  std::unordered_map<Node, Item> nodes_;
  std::unordered_map<UnitId, Node> open_;
  std::unordered_map<EntityId, Node, EntityIdHash> last_writer_;
  std::unordered_map<std::uint64_t, Node> messages_;  // outbox ids not committed yet
  std::unordered_set<EntityId, EntityIdHash> stale_;
  FinishedUnits finished_;
  FinishedUnits abandoned_;  // a subset of finished_
  std::vector<Node> taken_;
  std::vector<Node> lost_nodes_;
  Node next_node_ = 1;
  std::uint64_t next_order_ = 1;
  bool changed_ = false;
};

}  // namespace serai::storage
