// EntityUpgrader: translates stored entities that their generation cannot read. Another loaded
// generation, a reader, imports the state and exports it in a schema that the generation can read.
//
// Errors  the reader's import (data_loss) or export (internal).
// Thread  the shard's.
// Owner   ShardRuntime. It borrows the readers until set_readers() replaces them.
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
struct StoredCheck {
  // Entities that must be checked again: they are being rewritten, or could not be read from disk.
  std::uint64_t pending = 0;
  std::optional<Error> stuck;  // the first error of a translation
};
// Called once, on the shard.
using RecordsDone = std::function<void(StoredCheck)>;

class EntityUpgrader {
 public:
  EntityUpgrader(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Translates `stored` if the route's generation cannot read it. Success without a change: it is
  // readable already, or no reader can translate it; then the import fails.
  Result<> make_readable(const KindRoute& route, StoredEntity& stored) const;
  // Rewrites the entities among `ids` that the serving generations cannot read.
  void rewrite_unreadable(const std::vector<EntityId>& ids, RecordsDone done);
  // Checks whether the dormant entities among `ids` can be made readable for `target`, and changes
  // nothing. `target` must exist until `done`.
  void try_unreadable(const std::vector<EntityId>& ids, const Directory& target, RecordsDone done);
  // Sets the generations that translate; they are tried in this order.
  void set_readers(std::vector<LoadedGeneration*> readers) { readers_ = std::move(readers); }

 private:
  Result<> read_through(LoadedGeneration& reader, std::uint32_t schema, StoredEntity& stored) const;
  void rewrite(StoredEntity stored, StoredCheck& found);
  void try_to_read(const Directory& target, StoredEntity stored, StoredCheck& found);
  void check_all(const std::vector<EntityId>& ids,
                 std::function<void(StoredEntity, StoredCheck&)> each,
                 RecordsDone done);

  ShardServices& services_;
  ShardParts& parts_;
  std::vector<LoadedGeneration*> readers_;
};

}  // namespace serai::runtime
