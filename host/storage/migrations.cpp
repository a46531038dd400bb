#include "storage/migrations.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "storage/data_dir.hpp"
#include "storage/db.hpp"
#include "storage/migrations/0001_core.hpp"
#include "storage/migrations/0002_accounts.hpp"
#include "storage/migrations/0003_objects.hpp"
#include "storage/migrations/0004_notifications.hpp"
#include "storage/migrations/0005_ledger_accounts.hpp"

namespace serai::storage {
namespace {

constexpr std::array kMigrations{kCore, kAccounts, kObjects, kNotifications, kLedgerAccounts};
constexpr int kNewest = static_cast<int>(kMigrations.size());
// The application id in the header of our database files: "Srai".
constexpr std::int64_t kApplicationId = 0x53726169;

// Runs one step and stores its number, in one transaction. A PRAGMA takes no parameters, so its
// text is composed here.
Result<> step(Db& db, const char* sql, int number) {
  db.begin();
  db.exec(sql);
  const std::string mark = "PRAGMA user_version=" + std::to_string(number) +
                           "; PRAGMA application_id=" + std::to_string(kApplicationId);
  db.exec(mark.c_str());
  db.commit();
  if (!db.failed()) return success();
  Error error = db.error();
  db.rollback();
  error.detail = "migration to schema " + std::to_string(number) + " failed: " + error.detail;
  return error;
}

std::string describe(int number) {
  std::string text = "schema " + std::to_string(number) + " of " + std::to_string(kNewest) + "\n";
  for (const Migration& migration : kMigrations) {
    text += "  " + std::to_string(migration.number) + " " + migration.name +
            (migration.number <= number ? "  applied\n" : "  pending\n");
  }
  return text;
}

// Takes no lock and writes nothing, so that it works beside a running host.
Result<std::string> migration_status(const std::string& data_dir) {
  const std::string path = data_dir + "/" + kDatabaseFile;
  if (::access(path.c_str(), F_OK) != 0) {
    return Error{
        Errc::not_found,
        "there is no database " + path + ": start the host or run `host migrate up` to make it"};
  }
  auto db = Db::open({.path = path, .read_only = true});
  if (!db) return Error{db.error().code, path + ": " + db.error().detail};
  const auto at = schema_number(**db);
  if (!at) return at.error();
  return describe(*at);
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

Result<int> schema_number(Db& db) {
  std::int64_t application = 0;
  std::int64_t number = 0;
  std::int64_t tables = 0;
  {
    Query query(
        db, "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version");
    if (query.row()) {
      application = query.integer(0);
      number = query.integer(1);
    }
  }
  {
    Query query(db, "SELECT count(*) FROM sqlite_schema");
    if (query.row()) tables = query.integer(0);
  }
  if (db.failed()) return db.error();
  if (application != kApplicationId && (tables > 0 || number > 0)) {
    return Error{Errc::data_loss, "the file is a SQLite database, but not a Serai database"};
  }
  if (number > kNewest) {
    return Error{Errc::failed_precondition,
                 "the database has schema " + std::to_string(number) + ", this host supports " +
                     std::to_string(kNewest) + ": run the newer host, or its `host migrate down " +
                     std::to_string(kNewest) + "` first"};
  }
  return static_cast<int>(number);
}

Result<int> migrate_to(Db& db, int number) {
  auto at = schema_number(db);
  if (!at) return at;
  if (number < 0 || number > kNewest) {
    return Error{
        Errc::invalid_argument,
        "there is no schema " + std::to_string(number) + ", only 0 to " + std::to_string(kNewest)};
  }
  int now = *at;
  while (now != number) {
    const bool up = now < number;
    const Migration& migration = kMigrations[static_cast<std::size_t>(up ? now : now - 1)];
    const int next = up ? now + 1 : now - 1;
    if (auto done = step(db, up ? migration.up : migration.down, next); !done) return done.error();
    now = next;
  }
  return now;
}

Result<std::string> migrate(const std::string& data_dir,
                            MigrateCommand command,
                            std::optional<int> to) {
  if (command == MigrateCommand::status) return migration_status(data_dir);
  auto lock = DataDir::open(data_dir);
  if (!lock) return lock.error();
  auto db = open_database(**lock, {.path = (*lock)->database_path(), .create = true});
  if (!db) return db.error();
  auto at = schema_number(**db);
  if (!at) return at.error();

  const bool up = command == MigrateCommand::up;
  const int target = to.value_or(up ? kNewest : std::max(0, *at - 1));
  if (up ? target < *at : target > *at) {
    return Error{Errc::invalid_argument,
                 "the database has schema " + std::to_string(*at) + ": migrate " +
                     (up ? "down" : "up") + " to reach schema " + std::to_string(target)};
  }
  auto reached = migrate_to(**db, target);
  if (!reached) return reached.error();
  return describe(*reached);
}

}  // namespace serai::storage
