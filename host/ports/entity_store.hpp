// EntityStore: entities, the messages between them and the answers to retries, written in units.
//
// Thread  every call: any thread, never blocks on the database. Answers come on `where`.
// Owner   arguments are moved in. An answer is called exactly once, at the latest with unavailable
//         when the store closes.
// Commit  a unit collects the writes of one root call over all entities it touched. stage() adds a
//         part, finish() marks the end of the root call; then everything staged is committed in one
//         transaction with whatever else is ready (group commit). A unit that wrote an entity after
//         another unfinished unit did is committed together with or after that one, never before.
// Errors  unavailable: the database is gone, full or locked; the caller may try again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "model/entity_id.hpp"
#include "model/notification.hpp"
#include "model/outbox_message.hpp"
#include "ports/store_answer.hpp"

namespace serai {

struct EntityRecord {
  EntityId id;
  std::uint32_t schema = 0;
  std::string module_version;  // of the module that wrote it
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

// The refusal of a call whose idempotency key belongs to another request. Clients see the code and
// the text, whose first word is documented (sdk/README.md); code reads the kind.
Error idempotency_mismatch();

// One participant's part of a unit.
struct Writes {
  std::vector<EntityRecord> entities;
  std::vector<EntityId> erased;
  std::vector<OutboxMessage> outbox;
  std::vector<std::uint64_t> outbox_done;  // ids consumed by this handler
  std::vector<IdempotentAnswer> answers;
  std::vector<Notification> notifications;
  bool repeatable = false;  // one entity as it is in memory: if lost, it is written again
  Uuid player = {};         // whose writes it counts among; nil: the game's own

  std::size_t bytes() const;  // of what is to be stored
};

struct EntityQuery {
  std::string kind;
  std::string after_key;  // only ids after it, in the order of keys
  std::uint32_t limit = 1;
  // Entities stored with these schemas are left out. The default leaves out none.
  std::uint32_t skip_min = 1;
  std::uint32_t skip_max = 0;
};

class EntityStore {
 public:
  virtual ~EntityStore() = default;

  // Whether one more write of this player may wait for the disk. resource_exhausted: the player has
  // too much waiting; unavailable: all players together have. Writes of objects and accounts are
  // checked by the store itself. A staged unit is never refused, so ask before its handler runs.
  virtual Result<> admits(const Uuid& /*player*/) const { return success(); }

  virtual void load(EntityId id,
                    Executor& where,
                    StoreAnswer<std::optional<EntityRecord>> answer) = 0;
  // Lists committed entities only: for restarts, rehearsal samples and changes of schema.
  virtual void list(EntityQuery query,
                    Executor& where,
                    StoreAnswer<std::vector<EntityId>> answer) = 0;

  // Units. `committed` is called on `where` once this part is on disk, or with the error that lost
  // it. idempotency_mismatch(): an answer under its scope and key is stored already, or about to
  // be; then the unit is abandoned.
  virtual UnitId next_unit() = 0;
  virtual std::uint64_t next_outbox_id() = 0;
  virtual void stage(UnitId unit, Writes writes, Executor& where, StoreAnswer<Unit> committed) = 0;
  virtual void finish(UnitId unit) = 0;
  // Instead of finish(): nothing of the unit is stored, and parts that come late are refused.
  virtual void abandon(UnitId unit) = 0;

  virtual void find_answer(std::string scope,
                           std::string key,
                           Executor& where,
                           StoreAnswer<std::optional<IdempotentAnswer>> answer) = 0;
  // Messages committed but not consumed, oldest first: sent again after a restart.
  virtual void pending_outbox(Executor& where, StoreAnswer<std::vector<OutboxMessage>> answer) = 0;

  // Waits until every finished unit is committed. [not a shard]
  virtual Result<> flush() = 0;
};

}  // namespace serai
