// EntityStore: entities, the messages between them and the answers to retries, written in units.
//
// Thread  every call: any thread. It never waits for the database. The answer comes on `where`.
// Owner   arguments are moved in. An answer is called exactly once; when the store closes first,
//         with unavailable.
// Commit  a unit collects the writes of one root call over all entities that it touched. stage()
//         adds a part. finish() marks the end of the root call. Then all parts are committed in one
//         transaction, together with other units that are ready (group commit). When two units
//         wrote the same entity, the later unit is committed together with or after the earlier
//         one, never before it.
// Errors  unavailable: the database cannot be reached, is full or locked. The caller may try again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "model/entity_id.hpp"
#include "model/journal_row.hpp"
#include "model/notification.hpp"
#include "model/outbox_message.hpp"
#include "ports/store_answer.hpp"

namespace serai {

struct StoredEntity {
  EntityId id;
  std::uint32_t schema = 0;
  std::string module_version;  // the version of the module that wrote the state
  std::string state;           // the module's bytes
  std::string host_state;      // the runtime's bytes: timers, generator, label
};

using UnitId = std::uint64_t;

struct IdempotentAnswer {
  std::string scope;  // user id and RPC name
  std::string key;
  std::uint64_t request_hash = 0;
  std::int32_t status = 0;
  std::string payload;
};

// The refusal of a call whose idempotency key belongs to another request. Clients get the code and
// the text, whose first word is documented (sdk/README.md). Code of the host reads the kind.
Error idempotency_mismatch();

// One part of a unit: the writes of one of its runs.
struct Writes {
  std::vector<StoredEntity> entities;
  std::vector<EntityId> erased;
  std::vector<OutboxMessage> outbox;
  std::vector<std::uint64_t> outbox_done;  // ids of the messages that this run has handled
  std::vector<IdempotentAnswer> answers;
  std::vector<Notification> notifications;
  std::vector<JournalRow> journal;
  std::vector<std::uint64_t> journal_done;  // ids of the rows whose inputs are not needed any more
  bool repeatable = false;  // a copy of one entity in memory, which is written again if it is lost
  Uuid player = {};         // the player whose waiting writes it counts as; nil: the game's own

  std::size_t bytes() const;  // size of the states and payloads
};

struct EntityQuery {
  std::string kind;
  std::string after_key;  // only keys after this one, in ascending order
  std::uint32_t limit = 1;
  // Entities stored with a schema in this range are left out. The default range is empty.
  std::uint32_t skip_min = 1;
  std::uint32_t skip_max = 0;
};

class EntityStore {
 public:
  virtual ~EntityStore() = default;

  // Checks whether one more write of this player may wait for the disk. resource_exhausted: too
  // many writes of the player wait. unavailable: too many writes of all players wait. A staged unit
  // is never refused, so call this before the handler runs. For objects and accounts the store
  // itself checks.
  virtual Result<> admits(const Uuid& /*player*/) const { return success(); }

  virtual void load(EntityId id,
                    Executor& where,
                    StoreAnswer<std::optional<StoredEntity>> answer) = 0;
  // Lists committed entities only. For restarts, samples for rehearsals, and changes of schema.
  virtual void list(EntityQuery query,
                    Executor& where,
                    StoreAnswer<std::vector<EntityId>> answer) = 0;

  // Units. `committed` is called on `where` when this part is on disk, or with the error because of
  // which it was lost. idempotency_mismatch(): another answer with the same scope and key is stored
  // or staged. The unit is abandoned then.
  virtual UnitId next_unit() = 0;
  virtual std::uint64_t next_outbox_id() = 0;
  virtual void stage(UnitId unit, Writes writes, Executor& where, StoreAnswer<Unit> committed) = 0;
  virtual void finish(UnitId unit) = 0;
  // Called instead of finish(). Nothing of the unit is stored, and parts that come later are
  // refused.
  virtual void abandon(UnitId unit) = 0;

  virtual void find_answer(std::string scope,
                           std::string key,
                           Executor& where,
                           StoreAnswer<std::optional<IdempotentAnswer>> answer) = 0;
  // Returns the messages that are committed but not handled, oldest first. They are sent again
  // after a restart.
  virtual void pending_outbox(Executor& where, StoreAnswer<std::vector<OutboxMessage>> answer) = 0;

  virtual std::uint64_t next_journal_row() = 0;
  // Returns the rows that are committed and not done. They are read once, at the start.
  virtual void journal(Executor& where, StoreAnswer<std::vector<JournalRow>> answer) = 0;

  // Blocks until every finished unit is committed, so no shard may call it.
  virtual Result<> flush() = 0;
};

}  // namespace serai
