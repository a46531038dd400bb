// EntityStates: creates, imports, exports and destroys the module's state of an entity. The
// watchdog measures each call into the module.
//
// Errors  data_loss: an import was refused; internal: an export failed. The text names entity,
//         schema, module and version, and has the module's reason.
// Thread  the shard's.
// Owner   ShardRuntime. An imported state belongs to the caller until adopt() or give_back().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "abi/generation.hpp"
#include "base/result.hpp"
#include "model/entity_id.hpp"
#include "runtime/routing/directory.hpp"
#include "runtime/routing/loaded_generation.hpp"
#include "serai/abi.h"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class EntityStates {
 public:
  EntityStates(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Creates the state of a new entity and adopts it. False: the module has failed, which is logged.
  bool create_state(Entity& entity, const KindRoute& route);
  // `purpose`: SERAI_FOR_CHECKPOINT or SERAI_FOR_SWAP.
  Result<std::string> export_state(const Entity& entity,
                                   std::uint32_t schema,
                                   std::uint32_t purpose) const;
  Result<serai_entity*> import_state(LoadedGeneration& generation,
                                     int kind_index,
                                     const EntityId& id,
                                     std::uint32_t schema,
                                     std::string_view bytes) const;
  // Destroys a state that no entity has.
  void give_back(const abi::Generation& generation, int kind, serai_entity* state) const;
  // Destroys the entity's state, if it has one, and cancels its waiting run.
  void destroy_state(Entity& entity);
  // Makes `state`, which the route's generation has made, the state of the entity. The entity must
  // have none.
  void adopt(Entity& entity, const KindRoute& route, serai_entity* state);

 private:
  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
