#include "runtime/migration/barrier.hpp"

#include <algorithm>
#include <utility>

#include "runtime/shard_parts.hpp"

namespace serai::runtime {

// A handler that waits for an answer from this entity is a call in flight. So the messages in the
// mailbox are handled, in order, until that call has been handled.
bool Barrier::keeps_waiting(const Entity& entity) const {
  return is_up_ && !entity.mailbox.any_of([](const Input& input) { return input.is_called(); });
}

bool Barrier::queue(const RpcRoute& route, Input& input) {
  if (!is_up_ || input.is_called()) return false;
  queued_calls_.push_back({route.name, std::move(input)});
  return true;
}

bool Barrier::is_busy(const Entity& entity) const {
  if (entity.phase() == Entity::Phase::looking_up) return true;
  return entity.phase() == Entity::Phase::ready && !entity.mailbox.empty() &&
         !keeps_waiting(entity);
}

void Barrier::await_quiet(Work quiet) {
  quiet_ = std::move(quiet);
  check_later();
}

void Barrier::check_later() {
  if (std::exchange(checks_soon_, true)) return;
  parts_.services.shard.defer([this] { check(); });
}

void Barrier::check() {
  checks_soon_ = false;
  if (!quiet_ || parts_.waits.first() != nullptr) return;
  const Entity* last = busy_ ? parts_.table.find(*busy_) : nullptr;
  if (last != nullptr && is_busy(*last)) return;
  busy_.reset();
  for (const auto& [id, entity] : parts_.table.all()) {
    if (!is_busy(*entity)) continue;
    busy_ = id;
    return;
  }
  std::exchange(quiet_, nullptr)();
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
    if (!is_busy(*entity)) continue;
    const bool looks_up = entity->phase() == Entity::Phase::looking_up;
    return id.kind + " '" + id.key + "' " +
           (looks_up ? "looks up an idempotency key" : "has a call to answer");
  }
  return std::nullopt;
}

void Barrier::end() {
  is_up_ = false;
  quiet_ = nullptr;
  busy_.reset();
  for (QueuedCall& call : std::exchange(queued_calls_, {})) {
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

}  // namespace serai::runtime
