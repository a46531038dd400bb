// Directory: which generation serves which kind and which RPC. Immutable; a swap publishes a new
// one.
//
// Owner   Runtime; every shard reads the one that was set last.
// Thread  any.
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

// Two generations of one module that serve side by side, by the newer one's policy.
struct Succession {
  LoadedGeneration* former = nullptr;
  LoadedGeneration* next = nullptr;
};

class Directory {
 public:
  // failed_precondition: two modules declare the same kind or RPC, which the text names.
  static Result<Directory> build(std::vector<LoadedGeneration*> generations,
                                 NameTable& names,
                                 std::vector<Succession> successions = {});

  // The route to the newest generation; every kind that is served has one.
  const KindRoute* kind(std::string_view name) const;
  // The route of an entity that is opened now, or that `present` has open.
  const KindRoute* route(const EntityId& id, const LoadedGeneration* present = nullptr) const;
  // The generation that runs a stateless handler for this user, when two serve.
  RpcRoute choose(const RpcRoute& newest, const Uuid& user) const;
  // Finds what clients may call, and stateless handlers. Names are in lower case.
  const RpcRoute* rpc(std::string_view name) const;
  // Finds what modules may call: a handler of a kind, or a stateless one when the kind is empty.
  std::optional<RpcRoute> handler(std::string_view kind_name, std::string_view name) const;
  LoadedGeneration* module(std::string_view name) const;
  const std::vector<LoadedGeneration*>& generations() const { return generations_; }
  const std::vector<Succession>& successions() const { return successions_; }

 private:
  struct Kind {
    KindRoute now;
    KindRoute former;  // no generation: `now` serves alone
  };
  // No keyed hash is needed: modules choose the names, and a client only looks them up.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <class T>
  using ByName = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

  std::vector<LoadedGeneration*> generations_;
  std::vector<Succession> successions_;
  ByName<Kind> kinds_;
  ByName<RpcRoute> rpcs_;
};

}  // namespace serai::runtime
