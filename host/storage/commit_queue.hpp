// CommitQueue: decides which units may be committed now, and which are lost with others. Pure
// logic, no SQL.
//
// Order   a unit that wrote an entity after another uncommitted unit did builds on that one. take()
//         returns a set of finished units that build on no unit outside the set; units that build
//         on each other are taken together.
// Share   when more bytes are ready than a batch takes, the unit that has waited longest is taken
//         first, then the smallest ones, each with the units it builds on. So a small unit never
//         waits behind large ones for more than a batch, and no unit waits for ever.
// Loss    when a batch is lost, everything that builds on it is lost too. The entities it wrote may
//         not be staged again until they have been loaded, since their state in memory differs from
//         the disk. A repeatable write (Writes) is excepted: it may be staged again.
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

// What one stage() or one confirmed transfer adds to a unit.
struct UnitPart {
  std::uint64_t order = 0;  // place in the order of staging, given by the queue
  Writes writes;
  std::vector<LedgerTransfer> transfers;
  Executor* where = nullptr;  // null: no answer is wanted
  StoreAnswer<Unit> answer;
};

class CommitQueue {
 public:
  using Node = std::uint64_t;  // a unit, or a part that came after its unit's end; 0: none

  // The part is returned when its unit is lost, or would write an entity that is lost.
  struct Staged {
    Node node = 0;
    std::optional<UnitPart> refused;
    std::vector<UnitPart> fallen;  // parts staged earlier, lost with the refused one
  };
  Staged stage(UnitId unit, UnitPart part);
  void finish(UnitId unit);
  // Makes the unit lost, with what builds on it; returns their parts.
  std::vector<UnitPart> abandon(UnitId unit);
  // `unit` must not be committed before `on`.
  void depend(UnitId unit, Node on);

  // True when there may be something to take: since the last take() a unit has finished or a late
  // part has come, or that take() left units behind.
  bool has_ready() const { return changed_; }
  struct Batch {
    std::vector<UnitPart> parts;  // in the order of staging
    std::vector<Node> nodes;
  };
  Batch take(std::size_t bytes_max = SIZE_MAX);  // more only for units that must be taken together
  void committed();                              // the batch last taken is on disk
  std::vector<UnitPart> lost();   // the batch is lost; returns the parts lost with it
  std::vector<UnitPart> close();  // returns all that is left

  Node find(UnitId unit) const;  // the open node of a unit, 0 when it has none
  bool is_finished(Node node) const;
  bool has_ended(UnitId unit) const;
  bool is_lost(UnitId unit) const;
  bool has(Node node) const { return nodes_.contains(node); }
  // Nodes lost since the last call, with those of the batch.
  std::vector<Node> take_lost_nodes();

  // A staged state, which a load must return instead of the one on disk: the newest one; a null
  // `record` when the entity is staged as erased.
  struct Pending {
    const EntityRecord* record = nullptr;
  };
  std::optional<Pending> pending(const EntityId& id) const;
  void loaded(const EntityId& id) { stale_.erase(id); }
  std::size_t uncommitted() const { return nodes_.size(); }

 private:
  struct Item {
    UnitId unit = 0;
    bool finished = false;
    bool entangled = false;  // set when taken: its parts are gone by the time it may be lost
    bool lost = false;
    std::vector<UnitPart> parts;
    std::size_t bytes = 0;  // to be written
    std::vector<EntityId> entities;
    std::vector<std::uint64_t> messages;
    std::unordered_set<Node> dependents;
  };
  std::unordered_set<Node> ready() const;
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
  FinishedUnits abandoned_;  // some of those in finished_
  std::vector<Node> taken_;
  std::vector<Node> lost_nodes_;
  Node next_node_ = 1;
  std::uint64_t next_order_ = 1;
  bool changed_ = false;
};

}  // namespace serai::storage
