// RecordUpgrader: records that the generations they are meant for cannot read, translated by one
// that can, while it is there.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "model/entity_id.hpp"
#include "ports/entity_store.hpp"
#include "runtime/routing/directory.hpp"
#include "runtime/routing/loaded_generation.hpp"

namespace serai::runtime {

struct ShardParts;
struct ShardServices;

// What looking through stored records came to.
struct RecordsLook {
  std::uint64_t pending = 0;   // to be looked at again: written anew, or open and busy
  std::optional<Error> stuck;  // one that its reader cannot write for whom it is meant
};
using RecordsDone = std::function<void(RecordsLook)>;

class RecordUpgrader {
 public:
  RecordUpgrader(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  Result<> make_readable(const KindRoute& route, EntityRecord& record) const;
  // Has every record among `ids` that the serving generations do not read written anew.
  void rewrite_unreadable(std::vector<EntityId> ids, RecordsDone done);
  // Whether the sleepers among `ids` can be made readable for `target`; changes nothing.
  void try_unreadable(std::vector<EntityId> ids, const Directory& target, RecordsDone done);
  // Generations that read records their kind's route cannot.
  void set_readers(std::vector<LoadedGeneration*> readers) { readers_ = std::move(readers); }

 private:
  Result<> read_through(LoadedGeneration& reader, std::uint32_t schema, EntityRecord& record) const;
  void rewrite(EntityRecord record, RecordsLook& records);
  void try_to_read(const Directory& target, EntityRecord record, RecordsLook& records);
  void look_through(std::vector<EntityId> ids,
                    std::function<void(EntityRecord, RecordsLook&)> each,
                    RecordsDone done);

  ShardServices& services_;
  ShardParts& parts_;
  std::vector<LoadedGeneration*> readers_;
};

}  // namespace serai::runtime
