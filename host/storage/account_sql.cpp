#include "storage/account_sql.hpp"

#include <algorithm>
#include <unordered_set>

namespace serai::storage {
namespace {

const Error kUnknown{Errc::not_found, "User account not found."};

FoundAccount read_found(const Query& query) {
  return {.id = query.uuid(0),
          .username = query.text(1),
          .password_hash = query.text(2),
          .disabled = query.integer(3) != 0,
          .created = false};
}

Result<FoundAccount> first_found(Query& query) {
  if (!query.row()) return kUnknown;
  return read_found(query);
}

std::int64_t row_of(Db& db, const Uuid& id) {
  if (id.is_nil()) return 0;
  Query query(db, "SELECT row FROM users WHERE id = ?", id);
  return query.row() ? query.integer(0) : 0;
}

bool is_name_taken(Db& db, const std::string& username) {
  return Query(db, "SELECT 1 FROM users WHERE username = ?", username).row();
}

// Reads a User from a row. Every SELECT that fills one has its columns in this order.
User read_user(const Query& query) {
  User user;
  user.id = query.uuid(0);
  user.username = query.text(1);
  user.display_name = query.text(2);
  user.avatar_url = query.text(3);
  user.lang_tag = query.text(4);
  user.location = query.text(5);
  user.timezone = query.text(6);
  user.metadata = query.text(7);
  user.create_s = query.integer(8);
  user.update_s = query.integer(9);
  return user;
}

std::uint64_t devices_of(Db& db, std::int64_t row) {
  Query query(db, "SELECT count(*) FROM user_devices WHERE user_row = ?", row);
  return query.row() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
}

void add_device(Db& db, const std::string& device, std::int64_t row) {
  Query(db, "INSERT INTO user_devices(id, user_row) VALUES(?, ?)", device, row).run();
}

bool insert_device_user(Db& db, const NewAccount& account, const Uuid& id) {
  std::int64_t row = 0;
  {
    Query query(db,
                "INSERT INTO users(id, username, create_s, update_s) VALUES(?1, ?2, ?3, ?3) "
                "ON CONFLICT(username) DO NOTHING RETURNING row",
                id,
                account.username,
                account.now_s);
    if (!query.row()) return false;
    row = query.integer(0);
  }
  add_device(db, account.identity.value, row);
  return true;
}

// Inserts a user with the column of the identity; a device gets a row in user_devices instead.
// False when the username is taken.
bool insert_user(Db& db, const NewAccount& account, const Uuid& id) {
  const std::string& value = account.identity.value;
  switch (account.identity.kind) {
    case IdentityKind::device:
      return insert_device_user(db, account, id);
    case IdentityKind::email:
      Query(db,
            "INSERT INTO users(id, username, create_s, update_s, email, password_hash) "
            "VALUES(?1, ?2, ?3, ?3, ?4, ?5) ON CONFLICT(username) DO NOTHING",
            id,
            account.username,
            account.now_s,
            value,
            account.password_hash)
          .run();
      break;
    case IdentityKind::custom:
      Query(db,
            "INSERT INTO users(id, username, create_s, update_s, custom_id) "
            "VALUES(?1, ?2, ?3, ?3, ?4) ON CONFLICT(username) DO NOTHING",
            id,
            account.username,
            account.now_s,
            value)
          .run();
      break;
  }
  return db.changes() != 0;
}

// The identities with which a user can log in; count() is their number.
struct Ways {
  std::string email;
  std::string custom_id;
  std::int64_t devices = 0;
  std::int64_t count() const {
    return (email.empty() ? 0 : 1) + (custom_id.empty() ? 0 : 1) + devices;
  }
};

Ways ways_of(Db& db, std::int64_t row) {
  Ways ways;
  Query query(db,
              "SELECT coalesce(email, ''), coalesce(custom_id, ''), "
              "(SELECT count(*) FROM user_devices WHERE user_row = users.row) "
              "FROM users WHERE row = ?",
              row);
  if (!query.row()) return ways;
  ways.email = query.text(0);
  ways.custom_id = query.text(1);
  ways.devices = query.integer(2);
  return ways;
}

bool is_linked(Db& db, const Identity& identity, const Ways& ways, std::int64_t row) {
  switch (identity.kind) {
    case IdentityKind::email:
      return !ways.email.empty() && (identity.value.empty() || identity.value == ways.email);
    case IdentityKind::custom:
      return !ways.custom_id.empty() &&
             (identity.value.empty() || identity.value == ways.custom_id);
    case IdentityKind::device:
      return Query(db,
                   "SELECT 1 FROM user_devices WHERE id = ? AND user_row = ?",
                   identity.value,
                   row)
          .row();
  }
  return false;
}

}  // namespace

Result<FoundAccount> find_account(Db& db, const Identity& identity) {
  switch (identity.kind) {
    case IdentityKind::device: {
      Query query(db,
                  "SELECT u.id, u.username, u.password_hash, u.disable_s FROM user_devices d "
                  "JOIN users u ON u.row = d.user_row WHERE d.id = ?",
                  identity.value);
      return first_found(query);
    }
    case IdentityKind::email: {
      Query query(db,
                  "SELECT id, username, password_hash, disable_s FROM users WHERE email = ?",
                  identity.value);
      return first_found(query);
    }
    case IdentityKind::custom: {
      Query query(db,
                  "SELECT id, username, password_hash, disable_s FROM users WHERE custom_id = ?",
                  identity.value);
      return first_found(query);
    }
  }
  return kUnknown;
}

Result<FoundAccount> find_account_by_name(Db& db, const std::string& username) {
  if (username.empty()) return kUnknown;
  Query query(
      db, "SELECT id, username, password_hash, disable_s FROM users WHERE username = ?", username);
  return first_found(query);
}

Result<FoundAccount> create_account(Db& db, const NewAccount& account) {
  if (auto found = find_account(db, account.identity)) return found;
  if (db.failed()) return kUnknown;
  const Uuid id = Uuid::make_random();
  if (account.username.empty() || !insert_user(db, account, id)) {
    return Error{Errc::already_exists, "Username is already in use."};
  }
  return FoundAccount{.id = id,
                      .username = account.username,
                      .password_hash = account.password_hash,
                      .disabled = false,
                      .created = true};
}

Result<Account> get_account(Db& db, const Uuid& id) {
  if (id.is_nil()) return kUnknown;
  Account account;
  std::int64_t row = 0;
  {
    Query query(db,
                "SELECT id, username, display_name, avatar_url, lang_tag, location, timezone, "
                "metadata, create_s, update_s, coalesce(email, ''), coalesce(custom_id, ''), "
                "password_hash, verify_s, disable_s, row FROM users WHERE id = ?",
                id);
    if (!query.row()) return kUnknown;
    account.user = read_user(query);
    account.email = query.text(10);
    account.custom_id = query.text(11);
    account.password_hash = query.text(12);
    account.verify_s = query.integer(13);
    account.disable_s = query.integer(14);
    row = query.integer(15);
  }
  Query query(db, "SELECT id FROM user_devices WHERE user_row = ? ORDER BY id", row);
  while (query.row()) account.devices.push_back(query.text(0));
  return account;
}

std::vector<User> get_users(Db& db,
                            const std::vector<Uuid>& ids,
                            const std::vector<std::string>& usernames) {
  std::vector<User> users;
  std::unordered_set<Uuid> seen;
  const auto take = [&](Query&& query) {
    if (!query.row()) return;
    User user = read_user(query);
    if (seen.insert(user.id).second) users.push_back(std::move(user));
  };
  for (const Uuid& id : ids) {
    take(Query(db,
               "SELECT id, username, display_name, avatar_url, lang_tag, location, timezone, "
               "metadata, create_s, update_s FROM users WHERE id = ?",
               id));
  }
  for (const std::string& name : usernames) {
    if (name.empty()) continue;
    take(Query(db,
               "SELECT id, username, display_name, avatar_url, lang_tag, location, timezone, "
               "metadata, create_s, update_s FROM users WHERE username = ?",
               name));
  }
  return users;
}

void insert_account(Db& db, const Account& account) {
  const User& user = account.user;
  const auto or_null = [](const std::string& text) {
    return text.empty() ? SqlValue(std::monostate()) : SqlValue(std::string_view(text));
  };
  std::int64_t row = 0;
  {
    Query query(db,
                "INSERT INTO users(id, username, display_name, avatar_url, lang_tag, location, "
                "timezone, metadata, password_hash, create_s, update_s, verify_s, disable_s, "
                "email, custom_id) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "RETURNING row",
                user.id,
                user.username,
                user.display_name,
                user.avatar_url,
                user.lang_tag,
                user.location,
                user.timezone,
                user.metadata,
                account.password_hash,
                user.create_s,
                user.update_s,
                account.verify_s,
                account.disable_s);
    query.bind(or_null(account.email));
    query.bind(or_null(account.custom_id));
    if (!query.row()) return;
    row = query.integer(0);
  }
  for (const std::string& device : account.devices) add_device(db, device, row);
}

Result<> update_account(Db& db, const Uuid& id, const AccountUpdate& update) {
  auto account = get_account(db, id);
  if (!account) return account.error();
  User& user = account->user;
  bool changed = false;
  const auto set = [&changed](std::string& field, const std::optional<std::string>& value) {
    if (!value || *value == field) return;
    field = *value;
    changed = true;
  };
  if (update.username && *update.username != user.username && is_name_taken(db, *update.username)) {
    return Error{Errc::already_exists, "Username is already in use."};
  }
  set(user.username, update.username);
  set(user.display_name, update.display_name);
  set(user.avatar_url, update.avatar_url);
  set(user.lang_tag, update.lang_tag);
  set(user.location, update.location);
  set(user.timezone, update.timezone);
  if (!changed) return success();
  Query(db,
        "UPDATE users SET username = ?, display_name = ?, avatar_url = ?, lang_tag = ?, "
        "location = ?, timezone = ?, update_s = ? WHERE id = ?",
        user.username,
        user.display_name,
        user.avatar_url,
        user.lang_tag,
        user.location,
        user.timezone,
        update.now_s,
        id)
      .run();
  return success();
}

Result<> delete_account(Db& db, const Uuid& id) {
  if (id.is_nil()) return success();
  Query(db, "DELETE FROM objects WHERE user_id = ?", id).run();
  Query(db, "DELETE FROM notifications WHERE user_id = ?", id).run();
  // The scope of an idempotent answer begins with the user's id.
  const std::string scope = id.text();
  Query(db, "DELETE FROM answers WHERE scope >= ?1 AND scope < ?1 || '~~'", scope).run();
  Query(db, "DELETE FROM users WHERE id = ?", id).run();
  return success();
}

Result<> link_identity(Db& db,
                       const Uuid& id,
                       const Identity& identity,
                       const std::string& password_hash,
                       std::uint64_t devices_max) {
  const std::int64_t row = row_of(db, id);
  if (row == 0) return kUnknown;
  const auto owner = find_account(db, identity);
  if (owner && owner->id != id) {
    return Error{Errc::already_exists, "The identity belongs to another user."};
  }
  switch (identity.kind) {
    case IdentityKind::device:
      if (owner) break;
      if (devices_of(db, row) >= devices_max) {
        return Error{Errc::resource_exhausted, "The account has as many devices as it may."};
      }
      add_device(db, identity.value, row);
      break;
    case IdentityKind::email:
      Query(db,
            "UPDATE users SET email = ?, password_hash = ? WHERE row = ?",
            identity.value,
            password_hash,
            row)
          .run();
      break;
    case IdentityKind::custom:
      Query(db, "UPDATE users SET custom_id = ? WHERE row = ?", identity.value, row).run();
      break;
  }
  return success();
}

Result<> unlink_identity(Db& db, const Uuid& id, const Identity& identity) {
  const std::int64_t row = row_of(db, id);
  if (row == 0) return kUnknown;
  const Ways ways = ways_of(db, row);
  if (!is_linked(db, identity, ways, row) || ways.count() < 2) {
    return Error{Errc::permission_denied,
                 "Cannot unlink the last way to log in, or one that is not linked."};
  }
  switch (identity.kind) {
    case IdentityKind::device:
      Query(db, "DELETE FROM user_devices WHERE id = ?", identity.value).run();
      break;
    case IdentityKind::email:
      Query(db, "UPDATE users SET email = NULL, password_hash = '' WHERE row = ?", row).run();
      break;
    case IdentityKind::custom:
      Query(db, "UPDATE users SET custom_id = NULL WHERE row = ?", row).run();
      break;
  }
  return success();
}

void revoke_token(Db& db, const RevokedToken& token) {
  Query(db,
        "INSERT INTO revoked_tokens(token_id, user_id, before_s, expires_s) VALUES(?, ?, ?, ?) "
        "ON CONFLICT(token_id, user_id) DO UPDATE SET "
        "before_s = CASE WHEN revoked_tokens.before_s > excluded.before_s "
        "THEN revoked_tokens.before_s ELSE excluded.before_s END, "
        "expires_s = CASE WHEN revoked_tokens.expires_s > excluded.expires_s "
        "THEN revoked_tokens.expires_s ELSE excluded.expires_s END",
        token.token_id,
        token.user_id,
        token.before_s,
        token.expires_s)
      .run();
}

std::vector<RevokedToken> revoked_tokens(Db& db, std::int64_t now_s) {
  Query query(db,
              "SELECT token_id, user_id, before_s, expires_s FROM revoked_tokens "
              "WHERE expires_s > ?",
              now_s);
  std::vector<RevokedToken> tokens;
  while (query.row()) {
    tokens.push_back({.token_id = query.text(0),
                      .user_id = query.uuid(1),
                      .before_s = query.integer(2),
                      .expires_s = query.integer(3)});
  }
  return tokens;
}

std::uint64_t purge_tokens(Db& db, std::int64_t now_s) {
  Query(db,
        "DELETE FROM revoked_tokens WHERE (token_id, user_id) IN "
        "(SELECT token_id, user_id FROM revoked_tokens WHERE expires_s <= ? LIMIT 500)",
        now_s)
      .run();
  return db.failed() ? 0 : static_cast<std::uint64_t>(db.changes());
}

}  // namespace serai::storage
