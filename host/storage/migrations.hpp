// Migrations: brings the schema of a data directory to a number, or reports its number.
//
// Errors  failed_precondition: made by a newer host; data_loss: not a database of ours;
//         unavailable: another host uses the directory; permission_denied: cannot write there.
// Thread  any; blocks. Each step is one transaction.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "storage/migration.hpp"

namespace serai::storage {

class Db;

enum class MigrateCommand { up, down, status };

// All known steps, oldest first.
std::span<const Migration> migrations();

// Up: to `to`, or to the newest. Down: to `to`, or by one step. Returns a text for the operator.
Result<std::string> migrate(const std::string& data_dir,
                            MigrateCommand command,
                            std::optional<int> to);

// The same for an open database; returns the number reached.
Result<int> schema_number(Db& db);
Result<int> migrate_to(Db& db, int number);

}  // namespace serai::storage
