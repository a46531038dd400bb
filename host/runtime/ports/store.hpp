// Store: everything durable, behind one port. SQLite implements it; PostgreSQL will.
//
// Thread  every call: any thread, never blocks on the database. Answers come on `where`.
// Owner   arguments are moved in. An answer is called exactly once, at the latest with unavailable
//         when the store closes.
// Commit  a unit collects the writes of one root call over all entities it touched. stage() adds
//         a part, finish() says the root call has ended; then everything staged is committed in one
//         transaction with whatever else is ready (group commit). A unit that wrote an entity after
//         another unfinished unit did is committed together with or after that one, never before.
// Errors  unavailable: the database is gone, full or locked; the caller may try again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "runtime/ports/streams.hpp"

namespace serai {

template <class T>
using StoreAnswer = UniqueFunction<void(Result<T>)>;

// ---- Entities and units ----------------------------------------------------------------------

// Bytes: a key is kept as long as its entity, and in every message to it.
inline constexpr std::size_t kEntityKeyMax = 255;

struct EntityId {
  std::string kind;
  std::string key;
  friend auto operator<=>(const EntityId&, const EntityId&) = default;
};

struct EntityIdHash {
  std::size_t operator()(const EntityId& id) const;  // not noexcept, so that tables keep it
};

struct EntityRecord {
  EntityId id;
  std::uint32_t schema = 0;
  std::string module_version;  // who wrote it
  std::string state;           // the module's bytes
  std::string host_state;      // the runtime's bytes: timers, generator, label
};

using UnitId = std::uint64_t;

struct LedgerEntry {
  std::string account;
  std::int64_t delta = 0;
};

// Entries sum to zero. The key is unique for ever; empty keys are refused.
struct LedgerTransfer {
  std::string idem_key;
  std::string reason;
  std::vector<LedgerEntry> entries;
};

// A message to an entity that must arrive exactly once.
struct OutboxMessage {
  std::uint64_t id = 0;  // given by the sender, unique: Store::next_outbox_id()
  EntityId target;
  std::string handler;
  std::string payload;
  std::string caller_kind;
  std::string caller_key;
  std::string user_id;
  Uuid trace_id = {};  // not stored: only delivery without a restart is part of the trace
};

struct IdempotentAnswer {
  std::string scope;  // user id and RPC name
  std::string key;
  std::uint64_t request_hash = 0;
  std::int32_t status = 0;
  std::string payload;
};

// One participant's part of a unit.
struct Writes {
  std::vector<EntityRecord> entities;
  std::vector<EntityId> erased;
  std::vector<OutboxMessage> outbox;
  std::vector<std::uint64_t> outbox_done;  // ids consumed by this handler
  std::vector<IdempotentAnswer> answers;
  std::vector<Notification> notifications;
  bool repeatable = false;  // one entity as it is in memory: if lost, it is written again
  Uuid player = {};         // for whom it waits; nil: the game's own

  std::size_t bytes() const;  // of what is to be stored
};

// ---- Accounts --------------------------------------------------------------------------------

enum class IdentityKind : std::uint8_t { device, email, custom };

struct Identity {
  IdentityKind kind = IdentityKind::device;
  std::string value;  // e-mail already in lower case
};

struct User {
  Uuid id;
  std::string username;
  std::string display_name;
  std::string avatar_url;
  std::string lang_tag = "en";
  std::string location;
  std::string timezone;
  std::string metadata = "{}";
  std::int64_t create_s = 0;
  std::int64_t update_s = 0;
};

struct Account {
  User user;
  std::string email;
  std::string custom_id;
  std::vector<std::string> devices;
  std::string password_hash;  // empty: none
  std::int64_t verify_s = 0;
  std::int64_t disable_s = 0;  // 0: not banned
};

struct NewAccount {
  Identity identity;
  std::string username;
  std::string password_hash;  // e-mail accounts
  std::int64_t now_s = 0;
};

struct FoundAccount {
  Uuid id;
  std::string username;
  std::string password_hash;
  bool disabled = false;
  bool created = false;
};

struct AccountUpdate {
  std::optional<std::string> username;
  std::optional<std::string> display_name;
  std::optional<std::string> avatar_url;
  std::optional<std::string> lang_tag;
  std::optional<std::string> location;
  std::optional<std::string> timezone;
  std::int64_t now_s = 0;
};

struct RevokedToken {
  std::string token_id;  // or empty: everything of the user issued before `before_s`
  Uuid user_id;
  std::int64_t before_s = 0;
  std::int64_t expires_s = 0;  // forgotten afterwards
};

// ---- Storage objects -------------------------------------------------------------------------

struct ObjectKey {
  std::string collection;
  std::string key;
  Uuid user_id;  // nil: the server's
};

struct StorageObject {
  ObjectKey key;
  std::string value;    // JSON object text as sent
  std::string version;  // lower-case hex MD5 of value
  std::int32_t permission_read = 1;
  std::int32_t permission_write = 1;
  std::int64_t create_s = 0;
  std::int64_t update_s = 0;
};

struct ObjectWrite {
  ObjectKey key;
  std::string value;
  std::string version;  // "": any, "*": only if absent, else: only if equal
  std::int32_t permission_read = 1;
  std::int32_t permission_write = 1;
};

struct ObjectDelete {
  ObjectKey key;
  std::string version;
};

struct ObjectAck {
  ObjectKey key;
  std::string version;
  std::int64_t create_s = 0;
  std::int64_t update_s = 0;
};

// Who asks: nil user and server == true bypasses permissions.
struct ObjectActor {
  Uuid user_id;
  bool server = false;
};

struct EntityQuery {
  std::string kind;
  std::string after_key;  // ids follow it in the order of keys
  std::uint32_t limit = 1;
  // Records of these schemas are left out; none, unless they are given.
  std::uint32_t skip_min = 1;
  std::uint32_t skip_max = 0;
};

struct ObjectQuery {
  std::string collection;
  std::optional<Uuid> owner;  // none: all owners' public objects
  std::uint32_t limit = 1;
  std::string cursor;
};

// May be shorter than asked for, even empty, and go on: it ends before its values exceed 16 MiB
// (one object always fits) and after 10,000 objects looked at, readable or not.
struct ObjectPage {
  std::vector<StorageObject> objects;
  std::string cursor;  // empty on the last page
};

struct NotificationPage {
  std::vector<Notification> notifications;
  std::string cursor;  // durable; given back when the page is empty
};

class Store {
 public:
  virtual ~Store() = default;

  // Whether there is room for one more write of this player among those that wait for the disk.
  // resource_exhausted: the player has too much waiting; unavailable: everybody has. What a player
  // writes by name (objects, accounts) is refused so by itself; units are not, once they are
  // staged.
  virtual Result<> admits(const Uuid& /*player*/) const { return success(); }

  // Entities.
  virtual void load(EntityId id,
                    Executor& where,
                    StoreAnswer<std::optional<EntityRecord>> answer) = 0;
  // Of what is committed: for restarts, rehearsal samples and changes of schema.
  virtual void list(EntityQuery query,
                    Executor& where,
                    StoreAnswer<std::vector<EntityId>> answer) = 0;

  // Units. `committed` is called on `where` once this part is on disk, or with the error that lost
  // it. failed_precondition: an answer under its scope and key is stored already, or about to be;
  // then the unit is abandoned.
  virtual UnitId next_unit() = 0;
  virtual std::uint64_t next_outbox_id() = 0;
  virtual void stage(UnitId unit, Writes writes, Executor& where, StoreAnswer<Unit> committed) = 0;
  virtual void finish(UnitId unit) = 0;
  // Instead of finish(): nothing of the unit is stored, and parts that come late are refused.
  virtual void abandon(UnitId unit) = 0;

  // Reserves the debits of a transfer for one handler run (`run` is unique per run). The transfer
  // is part of the unit once settle() keeps it, gone when it does not. failed_precondition: an
  // account of a player or an escrow would fall below zero.
  virtual void hold(UnitId unit,
                    std::uint64_t run,
                    LedgerTransfer transfer,
                    Executor& where,
                    StoreAnswer<Unit> answer) = 0;
  virtual void settle(UnitId unit, std::uint64_t run, bool keep) = 0;
  virtual void balance(std::string account, Executor& where, StoreAnswer<std::int64_t> answer) = 0;

  virtual void find_answer(std::string scope,
                           std::string key,
                           Executor& where,
                           StoreAnswer<std::optional<IdempotentAnswer>> answer) = 0;
  // Messages committed but not consumed, oldest first: sent again after a restart.
  virtual void pending_outbox(Executor& where, StoreAnswer<std::vector<OutboxMessage>> answer) = 0;

  // Accounts. already_exists: the user name is taken; not_found: unknown and not to be created.
  virtual void find_account(Identity identity,
                            Executor& where,
                            StoreAnswer<FoundAccount> answer) = 0;
  virtual void find_account_by_name(std::string username,
                                    Executor& where,
                                    StoreAnswer<FoundAccount> answer) = 0;
  virtual void create_account(NewAccount account,
                              Executor& where,
                              StoreAnswer<FoundAccount> answer) = 0;
  virtual void get_account(Uuid id, Executor& where, StoreAnswer<Account> answer) = 0;
  virtual void get_users(std::vector<Uuid> ids,
                         std::vector<std::string> usernames,
                         Executor& where,
                         StoreAnswer<std::vector<User>> answer) = 0;
  virtual void update_account(Uuid id,
                              AccountUpdate update,
                              Executor& where,
                              StoreAnswer<Unit> answer) = 0;
  virtual void delete_account(Uuid id, Executor& where, StoreAnswer<Unit> answer) = 0;
  // already_exists: somebody else's. Unlink: permission_denied when it is the last or not the
  // user's.
  virtual void link(Uuid id,
                    Identity identity,
                    std::string password_hash,
                    Executor& where,
                    StoreAnswer<Unit> answer) = 0;
  virtual void unlink(Uuid id, Identity identity, Executor& where, StoreAnswer<Unit> answer) = 0;

  virtual void revoke(RevokedToken token, Executor& where, StoreAnswer<Unit> answer) = 0;
  virtual void revoked(std::int64_t now_s,
                       Executor& where,
                       StoreAnswer<std::vector<RevokedToken>> answer) = 0;

  // Storage objects; rules in services.md section 8. invalid_argument with the protocol's words.
  // A read answers each object once; resource_exhausted when the values of several exceed 16 MiB.
  virtual void read_objects(std::vector<ObjectKey> keys,
                            ObjectActor actor,
                            Executor& where,
                            StoreAnswer<std::vector<StorageObject>> answer) = 0;
  virtual void write_objects(std::vector<ObjectWrite> writes,
                             ObjectActor actor,
                             std::int64_t now_s,
                             Executor& where,
                             StoreAnswer<std::vector<ObjectAck>> answer) = 0;
  virtual void delete_objects(std::vector<ObjectDelete> deletes,
                              ObjectActor actor,
                              Executor& where,
                              StoreAnswer<Unit> answer) = 0;
  virtual void list_objects(ObjectQuery query,
                            ObjectActor actor,
                            Executor& where,
                            StoreAnswer<ObjectPage> answer) = 0;

  // Notifications.
  virtual void list_notifications(Uuid user,
                                  std::uint32_t limit,
                                  std::string cursor,
                                  Executor& where,
                                  StoreAnswer<NotificationPage> answer) = 0;
  virtual void delete_notifications(Uuid user,
                                    std::vector<Uuid> ids,
                                    Executor& where,
                                    StoreAnswer<Unit> answer) = 0;

  // Small facts of the host itself, such as the committed release.
  virtual void put_fact(std::string name,
                        std::string value,
                        Executor& where,
                        StoreAnswer<Unit> answer) = 0;
  virtual void get_fact(std::string name,
                        Executor& where,
                        StoreAnswer<std::optional<std::string>> answer) = 0;

  // unavailable with the reason when the database cannot be reached; for health checks.
  virtual void ping(Executor& where, StoreAnswer<Unit> answer) = 0;
  // Waits until everything finished is committed. [not a shard]
  virtual Result<> flush() = 0;
};

}  // namespace serai
