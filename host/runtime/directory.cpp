#include "runtime/directory.hpp"

namespace serai {
namespace {

Error taken(const std::string& what, const LoadedGeneration& by) {
  return {Errc::failed_precondition, what + " is already declared by module " + by.contract().name};
}

}  // namespace

Result<Directory> Directory::build(std::vector<LoadedGeneration*> generations, NameTable& names) {
  Directory out;
  out.generations_ = std::move(generations);
  for (LoadedGeneration* generation : out.generations_) {
    const ModuleContract& contract = generation->contract();
    for (int i = 0; i < static_cast<int>(contract.kinds.size()); ++i) {
      const std::string& name = contract.kinds[static_cast<std::size_t>(i)].name;
      const auto [at, added] =
          out.kinds_.try_emplace(name, KindRoute{names.intern(name), generation, i});
      if (!added)
        return taken("kind '" + name + "' of module " + contract.name, *at->second.generation);
    }
    for (const auto& [interned, index] : generation->rpcs()) {
      // Handlers of a kind that only modules call are found through their kind.
      const HandlerContract& handler = generation->handler(index);
      if (!handler.client && !handler.kind.empty()) continue;
      const auto [at, added] =
          out.rpcs_.try_emplace(*interned, RpcRoute{interned, generation, index});
      if (!added) {
        return taken("rpc '" + *interned + "' of module " + contract.name, *at->second.generation);
      }
    }
  }
  return out;
}

const KindRoute* Directory::kind(std::string_view name) const {
  const auto found = kinds_.find(name);
  return found == kinds_.end() ? nullptr : &found->second;
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

}  // namespace serai
