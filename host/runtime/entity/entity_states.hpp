// EntityStates: creates, imports, exports and destroys the module's state of an entity.
//
// Errors  data_loss: an import was refused; internal: an export failed. The text names entity,
//         schema and version.
// Thread  the shard's.
// Owner   ShardRuntime.
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

  bool create_state(Entity& entity, const KindRoute& route);
  Result<std::string> export_state(const Entity& entity,
                                   std::uint32_t schema,
                                   std::uint32_t purpose) const;
  Result<serai_entity*> import_state(LoadedGeneration& generation,
                                     int kind_index,
                                     const EntityId& id,
                                     std::uint32_t schema,
                                     std::string_view bytes) const;
  void give_back(const abi::Generation& generation, int kind, serai_entity* state) const;
  void destroy_state(Entity& entity);
  void adopt(Entity& entity, const KindRoute& route, serai_entity* state);

 private:
  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
