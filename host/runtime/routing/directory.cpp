#include "runtime/routing/directory.hpp"

#include <algorithm>

#include "model/placement.hpp"
#include "runtime/shard/shard.hpp"

namespace serai::runtime {
namespace {

Error taken(const std::string& name, const LoadedGeneration& by) {
  return {Errc::failed_precondition, name + " is already declared by module " + by.contract().name};
}

// A number from 0 to 99 that is always the same for an address. A canary of 5 percent serves the
// addresses with 0 to 4. It comes from the upper half of the hash, because the lower half selects
// the shard.
std::uint32_t slot_of(std::string_view kind, std::string_view key) {
  return static_cast<std::uint32_t>((hash_of_address(kind, key) >> 32) % 100);
}

bool is_among_canaries(const LoadedGeneration& next, std::string_view kind, std::string_view key) {
  return slot_of(kind, key) < next.policy().percent;
}

}  // namespace

Result<Directory> Directory::build(std::vector<LoadedGeneration*> generations,
                                   NameTable& names,
                                   std::vector<Succession> successions) {
  Directory out;
  out.generations_ = std::move(generations);
  out.successions_ = std::move(successions);
  for (LoadedGeneration* generation : out.generations_) {
    if (Result<> added = out.add(*generation, names); !added) return added.error();
  }
  for (const Succession& both : out.successions_) out.add_former(both);
  return out;
}

Result<> Directory::add(LoadedGeneration& generation, NameTable& names) {
  const abi::ModuleContract& contract = generation.contract();
  for (const abi::AccountContract& accounts : contract.accounts) {
    const Purse purse{accounts.currency, accounts.prefix};
    if (!accounts.purse || std::ranges::find(purses_, purse) != purses_.end()) continue;
    purses_.push_back(purse);
  }
  for (int i = 0; i < static_cast<int>(contract.kinds.size()); ++i) {
    const std::string& name = contract.kinds[static_cast<std::size_t>(i)].name;
    const auto [at, added] =
        kinds_.try_emplace(name, Kind{{names.intern(name), &generation, i}, {}});
    if (!added) {
      return taken("kind '" + name + "' of module " + contract.name, *at->second.now.generation);
    }
  }
  for (const auto& [interned, index] : generation.rpcs()) {
    // A handler of a kind that only modules call is found by its kind, in handler().
    const abi::HandlerContract& handler = generation.handler(index);
    if (!handler.client && !handler.kind.empty()) continue;
    const auto [at, added] = rpcs_.try_emplace(*interned, RpcRoute{interned, &generation, index});
    if (!added) {
      return taken("rpc '" + *interned + "' of module " + contract.name, *at->second.generation);
    }
  }
  return success();
}

void Directory::add_former(const Succession& both) {
  for (const abi::KindContract& kind : both.former->contract().kinds) {
    const auto found = kinds_.find(kind.name);
    if (found == kinds_.end() || found->second.now.generation != both.next) continue;
    found->second.former = {
        found->second.now.name, both.former, both.former->kind_index(kind.name)};
  }
}

const KindRoute* Directory::kind(std::string_view name) const {
  const auto found = kinds_.find(name);
  return found == kinds_.end() ? nullptr : &found->second.now;
}

const KindRoute* Directory::route(const EntityId& id, const LoadedGeneration* present) const {
  const auto found = kinds_.find(id.kind);
  if (found == kinds_.end()) return nullptr;
  const auto& [now, former] = found->second;
  if (former.generation == nullptr) return &now;
  if (now.generation->policy().kind == abi::MovePolicy::Kind::drain) {
    return present == former.generation ? &former : &now;
  }
  return is_among_canaries(*now.generation, id.kind, id.key) ? &now : &former;
}

RpcRoute Directory::choose(const RpcRoute& newest, const Uuid& user) const {
  if (newest.generation->policy().kind != abi::MovePolicy::Kind::canary) return newest;
  const auto both = std::ranges::find(successions_, newest.generation, &Succession::next);
  if (both == successions_.end() || is_among_canaries(*newest.generation, "", user.text())) {
    return newest;
  }
  const int former = both->former->rpc(newest.name);
  const bool fits = former >= 0 && both->former->handler(former).kind.empty();
  return fits ? RpcRoute{newest.name, both->former, former} : newest;
}

const RpcRoute* Directory::rpc(std::string_view name) const {
  const auto found = rpcs_.find(name);
  return found == rpcs_.end() ? nullptr : &found->second;
}

std::optional<RpcRoute> Directory::handler(std::string_view kind_name,
                                           std::string_view name) const {
  if (kind_name.empty()) {
    const RpcRoute* stateless = rpc(name);
    if (stateless == nullptr || !stateless->handler().kind.empty()) return std::nullopt;
    return *stateless;
  }
  const KindRoute* route = kind(kind_name);
  if (route == nullptr) return std::nullopt;
  for (const auto& [interned, index] : route->generation->rpcs()) {
    if (*interned == name && route->generation->handler(index).kind == kind_name) {
      return RpcRoute{interned, route->generation, index};
    }
  }
  return std::nullopt;
}

LoadedGeneration* Directory::module(std::string_view name) const {
  for (LoadedGeneration* generation : generations_) {
    if (generation->contract().name == name) return generation;
  }
  return nullptr;
}

}  // namespace serai::runtime
