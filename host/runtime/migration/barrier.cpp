#include "runtime/migration/barrier.hpp"

#include <algorithm>
#include <utility>

#include "runtime/shard_parts.hpp"

namespace serai {

// While a handler somewhere waits for an answer from here, this entity goes on with its mailbox, in
// order, up to that question.
bool Barrier::keeps_waiting(const Entity& entity) const {
  return held_ && !entity.mailbox.any_of([](const Input& input) { return input.is_called(); });
}

bool Barrier::queue(const RpcRoute& route, Input& input) {
  if (!held_ || input.is_called()) return false;
  held_calls_.push_back({route.name, std::move(input)});
  return true;
}

std::optional<std::string> Barrier::still_busy() const {
  if (const Run* first = parts_.waits.first()) {
    const Run& run = *first;
    const std::string where = run.entity == nullptr
                                  ? std::string("a stateless handler")
                                  : run.entity->id.kind + " '" + run.entity->id.key + "'";
    return where + " waits in " + run.handler().name;
  }
  for (const auto& [id, entity] : parts_.table.all()) {
    if (entity->phase() == Entity::Phase::looking)
      return id.kind + " '" + id.key + "' looks a key up";
    if (entity->phase() == Entity::Phase::ready && !entity->mailbox.empty() &&
        !keeps_waiting(*entity)) {
      return id.kind + " '" + id.key + "' owes an answer";
    }
  }
  return std::nullopt;
}

void Barrier::end() {
  held_ = false;
  for (HeldCall& call : std::exchange(held_calls_, {})) {
    parts_.runner.run_stateless(*call.handler, std::move(call.input));
  }
  std::vector<EntityId> waiting;
  for (const auto& [id, entity] : parts_.table.all()) {
    if (!entity->mailbox.empty()) waiting.push_back(id);
  }
  for (const EntityId& id : waiting) {
    if (Entity* entity = parts_.table.find(id)) parts_.mailboxes.pump(*entity);
  }
}

}  // namespace serai
