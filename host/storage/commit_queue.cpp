#include "storage/commit_queue.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace serai::storage {
namespace {

bool writes_entity(const Writes& writes, const EntityId& id) {
  for (const StoredEntity& stored : writes.entities) {
    if (stored.id == id) return true;
  }
  return std::find(writes.erased.begin(), writes.erased.end(), id) != writes.erased.end();
}

// The bytes that the part adds to a batch. The part itself and each of its transfers count as 128.
std::size_t bytes_of(const UnitPart& part) {
  return 128 * (1 + part.transfers.size()) + part.writes.bytes();
}

}  // namespace

CommitQueue::Node CommitQueue::find(UnitId unit) const {
  const auto found = open_.find(unit);
  return found == open_.end() ? 0 : found->second;
}

bool CommitQueue::is_finished(Node node) const {
  const auto found = nodes_.find(node);
  return found != nodes_.end() && found->second.finished;
}

bool CommitQueue::has_ended(UnitId unit) const { return finished_.has(unit); }

bool CommitQueue::is_lost(UnitId unit) const {
  if (abandoned_.has(unit)) return true;
  const Node node = find(unit);
  return node != 0 && nodes_.at(node).lost;
}

// The node for a new part of the unit. A part that comes after the end of its unit gets a node of
// its own, which is finished from the start.
CommitQueue::Node CommitQueue::node_for(UnitId unit) {
  if (const Node open = find(unit); open != 0) return open;
  const Node node = next_node_++;
  Item& item = nodes_[node];
  item.unit = unit;
  item.finished = finished_.has(unit);
  if (item.finished) {
    changed_ = true;
  } else {
    open_.emplace(unit, node);
  }
  return node;
}

bool CommitQueue::is_stale(const Writes& writes) const {
  if (stale_.empty()) return false;
  for (const StoredEntity& stored : writes.entities) {
    if (stale_.contains(stored.id)) return true;
  }
  return std::any_of(writes.erased.begin(), writes.erased.end(), [this](const EntityId& id) {
    return stale_.contains(id);
  });
}

void CommitQueue::link(Node from, Node on) {
  if (from == on || on == 0) return;
  const auto found = nodes_.find(on);
  if (found != nodes_.end()) found->second.dependents.insert(from);
}

void CommitQueue::touch(Node node, const EntityId& id) {
  auto [place, fresh] = last_writer_.try_emplace(id, node);
  if (!fresh) {
    if (place->second == node) return;
    link(node, std::exchange(place->second, node));
  }
  nodes_.at(node).entities.push_back(id);
}

void CommitQueue::order(Node node, const Writes& writes) {
  for (const StoredEntity& stored : writes.entities) touch(node, stored.id);
  for (const EntityId& id : writes.erased) touch(node, id);
  for (const OutboxMessage& message : writes.outbox) {
    if (messages_.emplace(message.id, node).second) nodes_.at(node).messages.push_back(message.id);
  }
  // A message must not be consumed on disk before it is stored there. Otherwise it would stay in
  // the outbox and be sent again for ever.
  for (const std::uint64_t id : writes.outbox_done) {
    if (const auto found = messages_.find(id); found != messages_.end()) link(node, found->second);
  }
}

CommitQueue::Staged CommitQueue::stage(UnitId unit, UnitPart part) {
  Staged result;
  if (is_lost(unit) || is_stale(part.writes)) {
    // The changes of the refused handler are in memory only, so its entities are stale.
    for (const StoredEntity& stored : part.writes.entities) stale_.insert(stored.id);
    stale_.insert(part.writes.erased.begin(), part.writes.erased.end());
    result.refused = std::move(part);
    if (!is_lost(unit)) lose(node_for(unit), Cause::built_on_lost, result.fallen);
    return result;
  }
  const Node node = node_for(unit);
  result.node = node;
  part.order = next_order_++;
  order(node, part.writes);
  nodes_.at(node).bytes += bytes_of(part);
  nodes_.at(node).parts.push_back(std::move(part));
  return result;
}

void CommitQueue::depend(UnitId unit, Node on) {
  if (!nodes_.contains(on)) return;
  link(node_for(unit), on);
}

void CommitQueue::finish(UnitId unit) {
  finished_.add(unit);
  const auto found = open_.find(unit);
  if (found == open_.end()) return;
  const Node node = found->second;
  open_.erase(found);
  Item& item = nodes_.at(node);
  if (item.lost) {
    nodes_.erase(node);
    return;
  }
  item.finished = true;
  changed_ = true;
}

std::vector<UnitPart> CommitQueue::abandon(UnitId unit) {
  std::vector<UnitPart> parts;
  if (const Node node = find(unit); node != 0) lose(node, Cause::built_on_lost, parts);
  finish(unit);
  abandoned_.add(unit);
  return parts;
}

// The nodes that may be committed: they are finished, and so is every node they build on.
std::unordered_set<CommitQueue::Node> CommitQueue::ready() const {
  std::unordered_set<Node> blocked;
  std::vector<Node> frontier;
  for (const auto& [node, item] : nodes_) {
    if (!item.finished) frontier.push_back(node);
  }
  blocked.insert(frontier.begin(), frontier.end());
  while (!frontier.empty()) {
    const Node node = frontier.back();
    frontier.pop_back();
    for (const Node dependent : nodes_.at(node).dependents) {
      if (nodes_.contains(dependent) && blocked.insert(dependent).second) {
        frontier.push_back(dependent);
      }
    }
  }
  std::unordered_set<Node> free;
  for (const auto& [node, item] : nodes_) {
    if (!blocked.contains(node)) free.insert(node);
  }
  return free;
}

// The nodes among `ready` on which each of them builds.
CommitQueue::BuildsOn CommitQueue::builds_on(const std::unordered_set<Node>& ready) const {
  BuildsOn out;
  for (const Node node : ready) {
    for (const Node dependent : nodes_.at(node).dependents) {
      if (ready.contains(dependent)) out[dependent].push_back(node);
    }
  }
  return out;
}

// Returns `first` with the nodes it builds on, without chosen ones. A group of more than
// `bytes_max` is not complete.
CommitQueue::Group CommitQueue::group_of(Node first,
                                         const BuildsOn& builds_on,
                                         const std::unordered_set<Node>& chosen,
                                         std::size_t bytes_max) const {
  Group group{{first}, 0};
  std::unordered_set<Node> in_group{first};
  for (std::size_t i = 0; i < group.nodes.size() && group.bytes <= bytes_max; ++i) {
    group.bytes += nodes_.at(group.nodes[i]).bytes;
    const auto below = builds_on.find(group.nodes[i]);
    if (below == builds_on.end()) continue;
    for (const Node on : below->second) {
      if (!chosen.contains(on) && in_group.insert(on).second) group.nodes.push_back(on);
    }
  }
  return group;
}

// Chooses the nodes of one batch of at most `bytes_max`: the oldest one, then the smallest ones,
// each with the nodes it builds on.
std::vector<CommitQueue::Node> CommitQueue::share_of(const std::unordered_set<Node>& ready,
                                                     std::size_t bytes_max) const {
  const BuildsOn below = builds_on(ready);
  std::vector<Node> by_size(ready.begin(), ready.end());
  std::ranges::sort(by_size, {}, [&](Node node) { return std::pair(nodes_.at(node).bytes, node); });
  const auto oldest = std::ranges::min_element(by_size);
  std::rotate(by_size.begin(), oldest, oldest + 1);

  std::unordered_set<Node> chosen;
  std::size_t bytes = 0;
  for (const Node first : by_size) {
    if (chosen.contains(first)) continue;
    const std::size_t room = chosen.empty() ? SIZE_MAX : bytes_max - bytes;
    const Group group = group_of(first, below, chosen, room);
    if (group.bytes > room) continue;
    chosen.insert(group.nodes.begin(), group.nodes.end());
    bytes += group.bytes;
    if (bytes >= bytes_max) break;
  }
  return {chosen.begin(), chosen.end()};
}

CommitQueue::Batch CommitQueue::take(std::size_t bytes_max) {
  SERAI_ASSERT(taken_.empty());
  const std::unordered_set<Node> free = ready();
  std::size_t bytes = 0;
  for (const Node node : free) bytes += nodes_.at(node).bytes;

  Batch batch;
  batch.nodes =
      bytes > bytes_max ? share_of(free, bytes_max) : std::vector<Node>(free.begin(), free.end());
  changed_ = batch.nodes.size() < free.size();
  for (const Node node : batch.nodes) {
    Item& item = nodes_.at(node);
    item.entangled = is_entangled(item);
    std::move(item.parts.begin(), item.parts.end(), std::back_inserter(batch.parts));
    item.parts.clear();
    item.bytes = 0;
  }
  std::sort(batch.parts.begin(),
            batch.parts.end(),
            [](const UnitPart& left, const UnitPart& right) { return left.order < right.order; });
  taken_ = batch.nodes;
  return batch;
}

void CommitQueue::forget(Node node) {
  const Item& item = nodes_.at(node);
  for (const EntityId& id : item.entities) {
    const auto found = last_writer_.find(id);
    if (found != last_writer_.end() && found->second == node) last_writer_.erase(found);
  }
  for (const std::uint64_t id : item.messages) messages_.erase(id);
}

void CommitQueue::committed() {
  for (const Node node : taken_) {
    forget(node);
    nodes_.erase(node);
  }
  taken_.clear();
}

// True when a part is not repeatable. When such a part is lost, its caller gets an error and must
// drop the state in memory.
bool CommitQueue::is_entangled(const Item& item) {
  return std::ranges::any_of(item.parts,
                             [](const UnitPart& part) { return !part.writes.repeatable; });
}

void CommitQueue::lose(Node first, Cause cause, std::vector<UnitPart>& parts) {
  std::vector<EntityId> orphans;
  std::vector<Node> frontier{first};
  while (!frontier.empty()) {
    const Node node = frontier.back();
    frontier.pop_back();
    const auto found = nodes_.find(node);
    if (found == nodes_.end() || found->second.lost) continue;
    Item& item = found->second;
    item.lost = true;
    lost_nodes_.push_back(node);
    if (node != first || cause == Cause::built_on_lost || item.entangled) {
      stale_.insert(item.entities.begin(), item.entities.end());
    }
    std::move(item.parts.begin(), item.parts.end(), std::back_inserter(parts));
    item.parts.clear();
    frontier.insert(frontier.end(), item.dependents.begin(), item.dependents.end());
    forget(node);
    std::move(item.entities.begin(), item.entities.end(), std::back_inserter(orphans));
    item.entities.clear();
    item.messages.clear();
    item.dependents.clear();
    // An open unit stays marked as lost until it ends, so that its later parts are refused.
    if (item.finished) nodes_.erase(found);
  }
  for (const EntityId& id : orphans) restore_writer(id);
}

// Called when the newest write of an entity was lost: sets last_writer_ to the node of the newest
// write that is left.
void CommitQueue::restore_writer(const EntityId& id) {
  if (last_writer_.contains(id)) return;
  std::uint64_t newest = 0;
  for (const auto& [node, item] : nodes_) {
    for (const UnitPart& part : item.parts) {
      if (part.order > newest && writes_entity(part.writes, id)) {
        newest = part.order;
        last_writer_[id] = node;
      }
    }
  }
}

std::vector<UnitPart> CommitQueue::lost() {
  std::vector<UnitPart> parts;
  for (const Node node : std::exchange(taken_, {})) lose(node, Cause::disk, parts);
  return parts;
}

std::vector<UnitPart> CommitQueue::close() {
  std::vector<UnitPart> parts;
  for (auto& [node, item] : nodes_) {
    std::move(item.parts.begin(), item.parts.end(), std::back_inserter(parts));
  }
  nodes_.clear();
  open_.clear();
  last_writer_.clear();
  messages_.clear();
  return parts;
}

std::vector<CommitQueue::Node> CommitQueue::take_lost_nodes() {
  return std::exchange(lost_nodes_, {});
}

std::optional<CommitQueue::Pending> CommitQueue::pending(const EntityId& id) const {
  const auto writer = last_writer_.find(id);
  if (writer == last_writer_.end()) return std::nullopt;
  const Item& item = nodes_.at(writer->second);
  for (auto part = item.parts.rbegin(); part != item.parts.rend(); ++part) {
    for (const EntityId& erased : part->writes.erased) {
      if (erased == id) return Pending{};
    }
    for (auto stored = part->writes.entities.rbegin(); stored != part->writes.entities.rend();
         ++stored) {
      if (stored->id == id) return Pending{&*stored};
    }
  }
  return std::nullopt;
}

}  // namespace serai::storage
