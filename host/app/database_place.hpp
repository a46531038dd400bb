// The database that storage.url, storage.password and data.dir name.
//
// Errors  invalid_argument: the url has another scheme; the text names the file and line.
// Thread  any.
#pragma once

#include <memory>
#include <string>

#include "app/settings.hpp"
#include "storage/database.hpp"

namespace serai::app {

struct DatabasePlace {
  std::string data_dir;  // of SQLite's files; with PostgreSQL only its lock is used
  std::string url;       // of PostgreSQL; empty: SQLite
  std::string password;
};

Result<DatabasePlace> database_place(const Settings& settings);

// The database, not opened yet.
std::unique_ptr<storage::Database> make_database(const DatabasePlace& place);

}  // namespace serai::app
