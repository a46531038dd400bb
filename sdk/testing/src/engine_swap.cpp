// The World's modules: adding them, and replacing one under its live entities.
#include <algorithm>

#include "engine.hpp"

namespace serai::testing {
namespace {

// The schema in which `from` hands a kind to `to`: its own when that can be read, else the newest.
std::uint32_t common_schema(const DeclaredKind& from, const DeclaredKind& to) {
  if (to.reads(from.schema)) return from.schema;
  std::uint32_t best = 0;
  for (const std::uint32_t schema : from.writes) {
    if (to.reads(schema)) best = std::max(best, schema);
  }
  return best;
}

struct Moved {
  Live* live;
  int kind;
  serai_entity* state;
};

Outcome move_one(Live& live, const Loaded& next, Moved& moved) {
  moved.kind = next.find_kind(live.id.first);
  const std::string who = live.id.first + " " + live.id.second + ": ";
  if (moved.kind < 0) return {Status::failed_precondition, who + "its kind is gone", {}};
  const DeclaredKind& to = next.declared.kinds[static_cast<std::size_t>(moved.kind)];
  const std::uint32_t schema = common_schema(live.declared(), to);
  if (schema == 0) return {Status::failed_precondition, who + "no common schema", {}};
  Outcome bytes = live.module->write(live.kind, live.state, schema);
  if (!bytes.ok()) return {bytes.status, who + bytes.text, {}};
  Outcome read = next.import(moved.kind, live.id.second, schema, bytes.bytes, &moved.state);
  if (!read.ok()) return {read.status, who + read.text, {}};
  return {};
}

}  // namespace

void Engine::add(std::unique_ptr<Loaded> module) {
  for (const DeclaredKind& kind : module->declared.kinds) {
    if (module_of_kind(kind.name) != nullptr) {
      throw std::runtime_error("two modules own the kind " + kind.name);
    }
  }
  modules_.push_back(std::move(module));
}

Outcome Engine::swap(std::unique_ptr<Loaded> next) {
  settle();
  const auto place = std::find_if(modules_.begin(), modules_.end(), [&](const auto& module) {
    return module->declared.name == next->declared.name;
  });
  if (place == modules_.end()) return {Status::not_found, "no module " + next->declared.name, {}};
  for (const auto& [id, run] : waiting_) {
    if (run->module == place->get()) return {Status::unavailable, "a handler is waiting", {}};
  }
  std::vector<Moved> moved;
  Outcome outcome;
  for (auto& [id, live] : entities) {
    if (live->module != place->get() || live->state == nullptr) continue;
    moved.push_back({live.get(), -1, nullptr});
    outcome = move_one(*live, *next, moved.back());
    if (!outcome.ok()) break;
  }
  if (!outcome.ok()) {
    for (const Moved& one : moved) {
      if (one.state != nullptr) next->destroy(one.kind, one.state);
    }
    return outcome;
  }
  for (const Moved& one : moved) {
    one.live->module->destroy(one.live->kind, one.live->state);
    one.live->module = next.get();
    one.live->kind = one.kind;
    one.live->state = one.state;
    if (!one.live->ticking && one.live->declared().tick_hz > 0) {
      one.live->ticking = true;
      beat(*one.live);
    }
  }
  *place = std::move(next);
  return outcome;
}

Outcome Engine::open(const Address& id) {
  const Loaded* module = module_of_kind(id.first);
  if (module == nullptr) throw std::runtime_error("no module owns the kind " + id.first);
  const int kind = module->find_kind(id.first);
  serai_entity* first = nullptr;
  const serai_status made = module->entry.entity_create(
      module->instance, static_cast<std::uint32_t>(kind), to_abi(id.second), &first);
  if (made != SERAI_OK) return {static_cast<Status>(made), "entity_create failed", {}};
  const std::uint32_t schema = module->declared.kinds[static_cast<std::size_t>(kind)].schema;
  const Outcome bytes = module->write(kind, first, schema);
  module->destroy(kind, first);
  return bytes.ok() ? restore(id, schema, bytes.bytes) : bytes;
}

Outcome Engine::restore(const Address& id, std::uint32_t schema, std::string_view bytes) {
  auto& live = entities[id];
  if (!live) live = make_live(id);
  if (live->module == nullptr) throw std::runtime_error("no module owns the kind " + id.first);
  serai_entity* state = nullptr;
  Outcome outcome = live->module->import(live->kind, id.second, schema, bytes, &state);
  if (!outcome.ok()) {
    tidy(id);
    return outcome;
  }
  if (live->state != nullptr) live->module->destroy(live->kind, live->state);
  live->state = state;
  live->life = next_++;
  live->ticking = live->declared().tick_hz > 0;
  beat(*live);
  return outcome;
}

Loaded* Engine::module_of_kind(std::string_view kind) const {
  for (const auto& module : modules_) {
    if (module->find_kind(kind) >= 0) return module.get();
  }
  return nullptr;
}

Loaded* Engine::module_of_rpc(std::string_view name, int& handler) const {
  for (const auto& module : modules_) {
    for (std::size_t i = 0; i < module->declared.handlers.size(); ++i) {
      const DeclaredHandler& candidate = module->declared.handlers[i];
      if (candidate.on != "rpc" || candidate.name != name) continue;
      handler = static_cast<int>(i);
      return module.get();
    }
  }
  return nullptr;
}

Loaded* Engine::module_named(std::string_view name) const {
  for (const auto& module : modules_) {
    if (module->declared.name == name) return module.get();
  }
  return nullptr;
}

}  // namespace serai::testing
