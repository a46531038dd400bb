#include "runtime/directory.hpp"

#include <algorithm>
#include <cctype>

namespace serai {
namespace {

// Clients' RPC ids are matched without regard to case; the table holds them in lower case.
std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

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
      const auto [at, added] =
          out.rpcs_.try_emplace(lower(*interned), RpcRoute{interned, generation, index});
      if (!added)
        return taken("rpc '" + *interned + "' of module " + contract.name, *at->second.generation);
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

LoadedGeneration* Directory::module(std::string_view name) const {
  for (LoadedGeneration* generation : generations_) {
    if (generation->contract().name == name) return generation;
  }
  return nullptr;
}

}  // namespace serai
