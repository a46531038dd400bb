// Backups: a copy of all data in one SQLite file, and back. The file is the same whichever database
// it was made of, so it also moves a game from SQLite to PostgreSQL and the other way.
//
// Errors  as in Database, and: already_exists (the file exists; the database has data already),
//         data_loss (the copy is not equal; the file is damaged or no backup), failed_precondition
//         (a newer host made the file), unavailable (the disk is full).
// Thread  any; blocks for the whole copy.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace serai::storage {

class Database;

struct CopiedRows {
  std::uint64_t entities = 0;
  std::uint64_t users = 0;
  std::uint64_t objects = 0;
  std::uint64_t transfers = 0;
  std::uint64_t all = 0;  // in all tables
};

// Writes one state of the data to a new file, while a host goes on writing. The file is verified
// before it gets its name; a file that was not finished is deleted.
Result<CopiedRows> back_up(Database& database, const std::string& file);

// Reads a backup into an empty database. All rows or none are written.
Result<CopiedRows> restore(const std::string& file, Database& database);

}  // namespace serai::storage
