// Barriers: the shard stands still, so that all entities of a module can move in one moment.
#include <algorithm>

#include "runtime/shard_runtime.hpp"

namespace serai {

// While a handler somewhere waits for an answer from here, this entity goes on with its mailbox, in
// order, up to that question.
bool ShardRuntime::holds_back(const Entity& entity) const {
  return held_ && !entity.mailbox.any_of([](const Input& input) { return input.is_called(); });
}

bool ShardRuntime::hold_back(const RpcRoute& route, Input& input) {
  if (!held_ || input.is_called()) return false;
  held_calls_.push_back({route.name, std::move(input)});
  return true;
}

std::optional<std::string> ShardRuntime::still_busy() const {
  if (!waiting_.empty()) {
    const Run& run = *waiting_.begin()->second;
    const std::string where = run.entity == nullptr
                                  ? std::string("a stateless handler")
                                  : run.entity->id.kind + " '" + run.entity->id.key + "'";
    return where + " waits in " + run.handler().name;
  }
  for (const auto& [id, entity] : entities_) {
    if (entity->phase == Entity::Phase::looking)
      return id.kind + " '" + id.key + "' looks a key up";
    if (entity->phase == Entity::Phase::ready && !entity->mailbox.empty() && !holds_back(*entity)) {
      return id.kind + " '" + id.key + "' owes an answer";
    }
  }
  return std::nullopt;
}

void ShardRuntime::let_go() {
  held_ = false;
  for (HeldCall& call : std::exchange(held_calls_, {})) {
    run_stateless(*call.handler, std::move(call.input));
  }
  std::vector<EntityId> waiting;
  for (const auto& [id, entity] : entities_) {
    if (!entity->mailbox.empty()) waiting.push_back(id);
  }
  for (const EntityId& id : waiting) {
    if (Entity* entity = find(id)) pump(*entity);
  }
}

}  // namespace serai
