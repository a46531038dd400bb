#include "storage/player_sql.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

#include "storage/account_sql.hpp"
#include "storage/ledger_sql.hpp"
#include "storage/notification_sql.hpp"
#include "storage/object_sql.hpp"
#include "storage/unit_sql.hpp"

namespace serai::storage {
namespace {

// A page of rows is in memory at a time; one row may have a megabyte.
constexpr std::uint32_t kPage = 20;
constexpr std::uint32_t kHistoryPage = 1'000;

Error refused(Errc code, std::string what) { return {code, std::move(what)}; }

// ---- Reading -----------------------------------------------------------------------------------

using TakeEntity = std::function<Result<bool>(StoredEntity)>;  // false: no more are wanted

const OwnedKind* find_kind(const PlayerScope& scope, const std::string& kind) {
  const auto found = std::ranges::find(scope.kinds, kind, &OwnedKind::kind);
  return found == scope.kinds.end() ? nullptr : &*found;
}

bool is_owned(const PlayerScope& scope, const StoredEntity& stored) {
  const std::string user = scope.user.text();
  if (stored.id.key == user) return true;
  const OwnedKind* kind = find_kind(scope, stored.id.kind);
  return kind != nullptr && kind->owner_of(stored.state) == user;
}

// The first kind of stored entities after this one, in the order of their names.
std::optional<std::string> next_kind(Db& db, const std::string& after) {
  Query query(db, "SELECT kind FROM entities WHERE kind > ? ORDER BY kind LIMIT 1", after);
  if (!query.row()) return std::nullopt;
  return query.text(0);
}

std::vector<StoredEntity> entities_after(Db& db, const EntityId& last, bool is_first) {
  Query query(db,
              "SELECT key, schema, module_version, state, host_state FROM entities "
              "WHERE kind = ?1 AND (key > ?2 OR ?3 = 1) ORDER BY key LIMIT ?4",
              last.kind,
              last.key,
              std::int64_t{is_first ? 1 : 0},
              kPage);
  std::vector<StoredEntity> page;
  while (query.row()) {
    page.push_back({.id = {last.kind, query.text(0)},
                    .schema = static_cast<std::uint32_t>(query.integer(1)),
                    .module_version = query.text(2),
                    .state = query.text(3),
                    .host_state = query.text(4)});
  }
  return page;
}

// Takes the player's entities of a kind whose states name their player, which means to read all
// entities of the kind.
Result<bool> walk_kind(Db& db,
                       const PlayerScope& scope,
                       const std::string& kind,
                       const TakeEntity& take) {
  EntityId last{kind, ""};
  for (bool is_first = true;; is_first = false) {
    std::vector<StoredEntity> page = entities_after(db, last, is_first);
    if (db.failed()) return db.error();
    if (page.empty()) return true;
    last = page.back().id;
    for (StoredEntity& stored : page) {
      if (!is_owned(scope, stored)) continue;
      auto more = take(std::move(stored));
      if (!more || !*more) return more;
    }
  }
}

// Takes the player's entities in the order of kind and key.
Result<> walk_owned(Db& db, const PlayerScope& scope, const TakeEntity& take) {
  std::string after;
  while (const auto kind = next_kind(db, after)) {
    after = *kind;
    Result<bool> more = true;
    if (find_kind(scope, *kind) != nullptr) {
      more = walk_kind(db, scope, *kind, take);
    } else if (auto own = load_entity(db, {*kind, scope.user.text()})) {
      more = take(*std::move(own));
    }
    if (!more) return more.error();
    if (!*more) break;
  }
  if (db.failed()) return db.error();
  return success();
}

// Exports one player's rows, table by table.
class Exporter {
 public:
  Exporter(Db& db, const PlayerScope& scope, PlayerFileWriter& out)
      : db_(db), scope_(scope), out_(out) {}

  Result<PlayerRows> run() {
    auto account = get_account(db_, scope_.user);
    if (db_.failed()) return db_.error();
    if (!account) return Error{Errc::not_found, "there is no player " + scope_.user.text()};
    if (auto done = out_.add(*account); !done) return done.error();
    for (const std::string& prefix : scope_.purse_prefixes) {
      if (auto done = purse(prefix + scope_.user.text()); !done) return done.error();
    }
    for (const auto step :
         {&Exporter::objects, &Exporter::notifications, &Exporter::entities, &Exporter::answers}) {
      auto done = (this->*step)();
      if (!done) return done.error();
      if (db_.failed()) return db_.error();
    }
    return counts_;
  }

 private:
  Result<> purse(const std::string& account) {
    std::int64_t before = INT64_MAX;
    for (bool more = true; more;) {
      auto page = ledger_history(db_, account, before, kHistoryPage);
      if (!page) return page.error();
      if (before == INT64_MAX) {
        if (auto done = out_.add(PurseLine{account, page->balance}); !done) return done;
      }
      more = page->lines.size() == kHistoryPage;
      for (LedgerLine& line : page->lines) {
        before = line.transfer;
        ++counts_.transfers;
        if (auto done = out_.add(TransferLine{account, std::move(line)}); !done) return done;
      }
    }
    return success();
  }

  Result<> objects() {
    ObjectKey last;
    for (bool more = true; more;) {
      std::vector<StorageObject> page = objects_after(db_, scope_.user, last, kPage);
      more = page.size() == kPage;
      for (StorageObject& object : page) {
        last = object.key;
        ++counts_.objects;
        if (auto done = out_.add(std::move(object)); !done) return done;
      }
    }
    return success();
  }

  Result<> notifications() {
    std::string cursor;
    for (bool more = true; more;) {
      auto page = list_notifications(db_, scope_.user, kPage, cursor);
      if (!page) return page.error();
      cursor = page->cursor;
      more = page->notifications.size() == kPage;
      for (Notification& notification : page->notifications) {
        ++counts_.notifications;
        if (auto done = out_.add(std::move(notification)); !done) return done;
      }
    }
    return success();
  }

  Result<> entities() {
    return walk_owned(db_, scope_, [this](StoredEntity stored) -> Result<bool> {
      ++counts_.entities;
      const OwnedKind* kind = find_kind(scope_, stored.id.kind);
      EntityLine line{std::move(stored), {}};
      if (kind != nullptr) line.readable = kind->as_json(line.stored);
      auto done = out_.add(std::move(line));
      return done ? Result<bool>(true) : done.error();
    });
  }

  Result<> answers() {
    AnswerLine last;
    last.answer.scope = scope_.user.text();
    for (bool more = true; more;) {
      std::vector<AnswerLine> page = answers_after(db_, scope_.user, last.answer, kPage);
      more = page.size() == kPage;
      for (AnswerLine& line : page) {
        last = line;
        ++counts_.answers;
        if (auto done = out_.add(std::move(line)); !done) return done;
      }
    }
    return success();
  }

  static std::vector<StorageObject> objects_after(Db& db,
                                                  const Uuid& user,
                                                  const ObjectKey& last,
                                                  std::uint32_t limit) {
    Query query(db,
                "SELECT collection, key, value, permission_read, permission_write, create_s, "
                "update_s FROM objects WHERE user_id = ? AND (collection, key) > (?, ?) "
                "ORDER BY collection, key LIMIT ?",
                user,
                last.collection,
                last.key,
                limit);
    std::vector<StorageObject> page;
    while (query.row()) {
      StorageObject object;
      object.key = {query.text(0), query.text(1), user};
      object.value = query.text(2);
      object.permission_read = static_cast<std::int32_t>(query.integer(3));
      object.permission_write = static_cast<std::int32_t>(query.integer(4));
      object.create_s = query.integer(5);
      object.update_s = query.integer(6);
      page.push_back(std::move(object));
    }
    return page;
  }

  // The scope of an answer begins with the user's id.
  static std::vector<AnswerLine> answers_after(Db& db,
                                               const Uuid& user,
                                               const IdempotentAnswer& last,
                                               std::uint32_t limit) {
    const std::string begin = user.text();
    Query query(db,
                "SELECT scope, key, request_hash, status, payload, created_ms FROM answers "
                "WHERE (scope, key) > (?1, ?2) AND scope < ?3 || '~~' ORDER BY scope, key LIMIT ?4",
                last.scope,
                last.key,
                begin,
                limit);
    std::vector<AnswerLine> page;
    while (query.row()) {
      AnswerLine line;
      line.answer = {query.text(0),
                     query.text(1),
                     static_cast<std::uint64_t>(query.integer(2)),
                     static_cast<std::int32_t>(query.integer(3)),
                     query.text(4)};
      line.created_ms = query.integer(5);
      page.push_back(std::move(line));
    }
    return page;
  }

  Db& db_;
  const PlayerScope& scope_;
  PlayerFileWriter& out_;
  PlayerRows counts_;
};

// ---- Checking ----------------------------------------------------------------------------------

std::string import_key(const PlayerHeader& header, const std::string& account) {
  return "player.import:" + header.file.text() + ":" + account;
}

class ImportCheck {
 public:
  ImportCheck(Db& db, PlayerScope scope) : db_(db), scope_(std::move(scope)) {}

  Result<> operator()(const PlayerHeader& header) {
    header_ = header;
    scope_.user = header.user;
    if (get_account(db_, header.user)) return taken("the player " + header.user.text());
    for (const char* rest : {"objects", "notifications", "answers"}) {
      if (has_rows(rest)) return taken(std::string("data of the player in ") + rest);
    }
    return success();
  }

  Result<> operator()(const Account& account) {
    if (find_account_by_name(db_, account.user.username)) {
      return taken("the username \"" + account.user.username + "\"");
    }
    std::vector<Identity> identities;
    if (!account.email.empty()) identities.push_back({IdentityKind::email, account.email});
    if (!account.custom_id.empty()) identities.push_back({IdentityKind::custom, account.custom_id});
    std::string last;
    for (const std::string& device : account.devices) {
      if (device <= last) return out_of_order("the devices");
      last = device;
      identities.push_back({IdentityKind::device, device});
    }
    for (const Identity& identity : identities) {
      if (find_account(db_, identity)) return taken("\"" + identity.value + "\"");
    }
    return success();
  }

  Result<> operator()(const PurseLine& purse) {
    const bool is_known = std::ranges::any_of(scope_.purse_prefixes, [&](const auto& prefix) {
      return purse.account == prefix + scope_.user.text();
    });
    if (!is_known) {
      return refused(Errc::failed_precondition,
                     "\"" + purse.account + "\" is not a purse of the player in this release");
    }
    if (std::ranges::find(purses_, purse.account) != purses_.end())
      return out_of_order("the purses");
    purses_.push_back(purse.account);
    if (purse.balance == 0) return success();
    if (SqlLedger(db_).transfer(import_key(header_, purse.account))) {
      return refused(Errc::already_exists,
                     "the money of this file has been paid to \"" + purse.account +
                         "\" before: a file is imported once");
    }
    if (SqlLedger(db_).balance("mint") - purse.balance < -kBalanceMax) {
      return refused(Errc::failed_precondition, "the mint cannot pay that much");
    }
    return success();
  }

  Result<> operator()(const TransferLine& /*past*/) { return success(); }

  Result<> operator()(const StorageObject& object) {
    const auto place = std::tie(object.key.collection, object.key.key);
    if (place <= std::tie(object_.collection, object_.key)) return out_of_order("the objects");
    object_ = object.key;
    return success();
  }

  Result<> operator()(const Notification& /*notification*/) { return success(); }

  Result<> operator()(const EntityLine& line) {
    const EntityId& id = line.stored.id;
    if (id <= entity_) return out_of_order("the entities");
    entity_ = id;
    const std::string name = id.kind + " " + id.key;
    if (!is_owned(scope_, line.stored)) {
      return refused(Errc::failed_precondition, "the entity " + name + " is not the player's");
    }
    if (load_entity(db_, id)) return taken("the entity " + name);
    return success();
  }

  Result<> operator()(const AnswerLine& line) {
    const auto place = std::tie(line.answer.scope, line.answer.key);
    if (place <= std::tie(answer_.scope, answer_.key)) return out_of_order("the answers");
    answer_ = line.answer;
    if (line.answer.scope.starts_with(scope_.user.text())) return success();
    return refused(Errc::failed_precondition, "the answer is not the player's");
  }

 private:
  static Error taken(const std::string& what) {
    return refused(Errc::already_exists, what + " exists here: erase the player first");
  }
  static Error out_of_order(const std::string& what) {
    return refused(Errc::invalid_argument, what + " are not in order, or one is there twice");
  }
  bool has_rows(std::string_view table) {
    if (table == "objects") {
      return Query(db_, "SELECT 1 FROM objects WHERE user_id = ? LIMIT 1", scope_.user).row();
    }
    if (table == "notifications") {
      return Query(db_, "SELECT 1 FROM notifications WHERE user_id = ? LIMIT 1", scope_.user).row();
    }
    const std::string begin = scope_.user.text();
    return Query(
               db_, "SELECT 1 FROM answers WHERE scope >= ?1 AND scope < ?1 || '~~' LIMIT 1", begin)
        .row();
  }

  Db& db_;
  PlayerScope scope_;
  PlayerHeader header_;
  std::vector<std::string> purses_;
  ObjectKey object_;  // the last ones
  EntityId entity_;
  IdempotentAnswer answer_;
};

// ---- Writing -----------------------------------------------------------------------------------

class Importer {
 public:
  Importer(Db& db, std::int64_t now_ms, std::uint64_t& next_transfer)
      : db_(db), now_ms_(now_ms), next_transfer_(next_transfer) {}

  void operator()(const PlayerHeader& header) {
    header_ = header;
    done_.user = header.user;
  }
  void operator()(const Account& account) {
    Account own = account;
    own.user.id = header_.user;
    insert_account(db_, own);
    done_.username = account.user.username;
  }
  void operator()(const PurseLine& purse) {
    if (purse.balance == 0) return;
    LedgerTransfer transfer;
    transfer.idem_key = import_key(header_, purse.account);
    transfer.reason = "player.import";
    transfer.entries = {{"mint", -purse.balance, true}, {purse.account, purse.balance, false}};
    UnitPart part;
    part.transfers.push_back(std::move(transfer));
    write(std::move(part), now_ms_);
    done_.paid.push_back(purse);
    ++done_.counts.transfers;
  }
  void operator()(const TransferLine& /*past*/) {}
  void operator()(const StorageObject& object) {
    StorageObject own = object;
    own.key.user_id = header_.user;
    insert_object(db_, own);
    ++done_.counts.objects;
  }
  void operator()(const Notification& notification) {
    UnitPart part;
    part.writes.notifications.push_back(notification);
    part.writes.notifications.back().user_id = header_.user;
    write(std::move(part), now_ms_);
    ++done_.counts.notifications;
  }
  void operator()(const EntityLine& line) {
    UnitPart part;
    part.writes.entities.push_back(line.stored);
    write(std::move(part), now_ms_);
    done_.entities.push_back(line.stored.id);
    ++done_.counts.entities;
  }
  void operator()(const AnswerLine& line) {
    UnitPart part;
    part.writes.answers.push_back(line.answer);
    write(std::move(part), line.created_ms);
    ++done_.counts.answers;
  }
  ImportedPlayer take() { return std::move(done_); }

 private:
  void write(UnitPart part, std::int64_t now_ms) {
    std::vector<UnitPart> parts;
    parts.push_back(std::move(part));
    write_parts(db_, parts, now_ms, next_transfer_);
  }

  Db& db_;
  std::int64_t now_ms_;
  std::uint64_t& next_transfer_;
  PlayerHeader header_;
  ImportedPlayer done_;
};

}  // namespace

Result<PlayerRows> export_player(Db& db, const PlayerScope& scope, PlayerFileWriter& out) {
  return Exporter(db, scope, out).run();
}

Result<std::vector<EntityId>> list_owned(Db& db, const PlayerScope& scope, std::size_t max) {
  std::vector<EntityId> ids;
  const auto walked = walk_owned(db, scope, [&](StoredEntity stored) -> Result<bool> {
    ids.push_back(std::move(stored.id));
    return ids.size() < max;
  });
  if (!walked) return walked.error();
  return ids;
}

Result<> check_import(Db& db, const std::string& file, PlayerScope scope) {
  ImportCheck check(db, std::move(scope));
  return read_player_file(file, [&](const PlayerLine& line) -> Result<> {
    auto good = std::visit(check, line);
    if (db.failed()) return db.error();
    return good;
  });
}

Result<ImportedPlayer> write_import(Db& db,
                                    const std::string& file,
                                    std::int64_t now_ms,
                                    std::uint64_t& next_transfer) {
  Importer importer(db, now_ms, next_transfer);
  const auto read = read_player_file(file, [&](const PlayerLine& line) -> Result<> {
    std::visit(importer, line);
    if (db.failed()) return db.error();
    return success();
  });
  if (!read) return read.error();
  return importer.take();
}

}  // namespace serai::storage
