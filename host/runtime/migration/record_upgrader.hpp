// RecordUpgrader: translates stored entities that their generation cannot read, by a generation
// that can, while that is loaded.
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

// The result of checking stored entities.
struct RecordsLook {
  std::uint64_t pending = 0;   // to be checked again: rewritten, open and busy, or the disk failed
  std::optional<Error> stuck;  // an entity that its reader cannot export for its generation
};
using RecordsDone = std::function<void(RecordsLook)>;

class RecordUpgrader {
 public:
  RecordUpgrader(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  Result<> make_readable(const KindRoute& route, EntityRecord& record) const;
  // Rewrites the entities among `ids` that the serving generations cannot read.
  void rewrite_unreadable(std::vector<EntityId> ids, RecordsDone done);
  // Checks whether the dormant entities among `ids` can be made readable for `target`. Writes
  // nothing.
  void try_unreadable(std::vector<EntityId> ids, const Directory& target, RecordsDone done);
  // Sets the generations that may read what the kind's own generation cannot.
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
