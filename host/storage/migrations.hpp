// Migrations: bring the schema of a database to a number, or report its number.
//
// Errors  failed_precondition: a newer host made the database. data_loss: not a Serai database.
//         unavailable: another host uses the directory. permission_denied: it cannot be written.
//         invalid_argument: there is no such schema, or it is in the other direction. not_found: no
//         database to report on.
// Thread  any; blocks. Each step is one transaction.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "storage/migration.hpp"

namespace serai::storage {

class Database;
class Db;

enum class MigrateCommand { up, down, status };

// All steps of this host, oldest first.
std::span<const Migration> migrations();
int newest_schema();

// up: to schema `to`, or to the newest. down: to `to`, or by one step. Returns a text for the
// operator.
Result<std::string> migrate(Database& database, MigrateCommand command, std::optional<int> to);

// The same for an open database: its number, and the number that was reached.
Result<int> schema_number(Db& db);
Result<int> migrate_to(Db& db, int number);

}  // namespace serai::storage
