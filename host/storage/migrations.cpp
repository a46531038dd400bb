#include "storage/migrations.hpp"

#include <algorithm>
#include <array>

#include "storage/database.hpp"
#include "storage/migrations/0001_core.hpp"
#include "storage/migrations/0002_accounts.hpp"
#include "storage/migrations/0003_objects.hpp"
#include "storage/migrations/0004_notifications.hpp"
#include "storage/migrations/0005_ledger_accounts.hpp"
#include "storage/migrations/0006_ledger_history.hpp"
#include "storage/migrations/0007_journal.hpp"
#include "storage/migrations/0008_ages.hpp"

namespace serai::storage {
namespace {

constexpr std::array kMigrations{
    kCore, kAccounts, kObjects, kNotifications, kLedgerAccounts, kLedgerHistory, kJournal, kAges};
constexpr int kNewest = static_cast<int>(kMigrations.size());

// Runs one step and stores its number, in one transaction.
Result<> step(Db& db, const char* sql, int number) {
  db.begin();
  db.exec(db.translate(sql));
  db.store_schema_number(number);
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
Result<std::string> migration_status(Database& database) {
  auto db = database.open_reader();
  if (!db) return db.error();
  const auto at = schema_number(**db);
  if (!at) return at.error();
  return describe(*at);
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

int newest_schema() { return kNewest; }

Result<int> schema_number(Db& db) {
  auto number = db.schema_number();
  if (number && *number > kNewest) {
    return Error{Errc::failed_precondition,
                 "the database has schema " + std::to_string(*number) + ", this host supports " +
                     std::to_string(kNewest) + ": run the newer host, or its `host migrate down " +
                     std::to_string(kNewest) + "` first"};
  }
  return number;
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

Result<std::string> migrate(Database& database, MigrateCommand command, std::optional<int> to) {
  if (command == MigrateCommand::status) return migration_status(database);
  auto db = database.open_writer();
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
