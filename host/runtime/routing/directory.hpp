// Directory: the generation that serves each kind and each RPC. Immutable; a swap publishes a new
// one.
//
// Owner   SwapGate owns the current one; every shard borrows the one that was set last. Routes are
//         valid as long as their directory.
// Thread  any; build(): the loader thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "model/entity_id.hpp"
#include "runtime/routing/loaded_generation.hpp"

namespace serai::runtime {

struct KindRoute {
  const std::string* name = nullptr;  // interned
  LoadedGeneration* generation = nullptr;
  int kind_index = -1;
};

struct RpcRoute {
  const std::string* name = nullptr;  // interned
  LoadedGeneration* generation = nullptr;
  int handler_index = -1;
  const abi::HandlerContract& handler() const { return generation->handler(handler_index); }
};

// Two generations of one module that serve at the same time, by the newer one's policy (drain,
// canary).
struct Succession {
  LoadedGeneration* former = nullptr;
  LoadedGeneration* next = nullptr;
};

class Directory {
 public:
  // Each of `successions` names two generations that both serve; `generations` has the newer one
  // only. failed_precondition: two modules declare the same kind or RPC; the text names it.
  static Result<Directory> build(std::vector<LoadedGeneration*> generations,
                                 NameTable& names,
                                 std::vector<Succession> successions = {});

  // The kind in the newest generation that has it; null: no generation serves the kind.
  const KindRoute* kind(std::string_view name) const;
  // The generation that must have this entity; null: none serves its kind. `present`: the
  // generation that has it in memory; null: the entity is being opened.
  const KindRoute* route(const EntityId& id, const LoadedGeneration* present = nullptr) const;
  // The generation that runs a stateless handler for this user. It differs from `newest` only while
  // a canary serves a share of the users.
  RpcRoute choose(const RpcRoute& newest, const Uuid& user) const;
  // The handler that clients call by this name, or the stateless handler of this name; null: none.
  // Names are in lower case.
  const RpcRoute* rpc(std::string_view name) const;
  // The handler that modules call by this name: one of the kind, or a stateless one when the kind
  // is empty.
  std::optional<RpcRoute> handler(std::string_view kind_name, std::string_view name) const;
  LoadedGeneration* module(std::string_view name) const;  // null: not served
  const std::vector<LoadedGeneration*>& generations() const { return generations_; }
  const std::vector<Purse>& purses() const { return purses_; }  // gold first
  const std::vector<Succession>& successions() const { return successions_; }

 private:
  struct Kind {
    KindRoute now;
    KindRoute former;  // its generation is null when `now` serves alone
  };
  // A keyed hash is not needed, because modules choose the names and clients cannot add any.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <class T>
  using ByName = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

  // Adds the kinds and RPCs of a generation.
  Result<> add(LoadedGeneration& generation, NameTable& names);
  // Adds the former generation to each kind that has it beside the newer one.
  void add_former(const Succession& both);

  std::vector<LoadedGeneration*> generations_;
  std::vector<Succession> successions_;
  std::vector<Purse> purses_{{std::string(kGold), std::string(kGoldPurse)}};
  ByName<Kind> kinds_;
  ByName<RpcRoute> rpcs_;
};

}  // namespace serai::runtime
