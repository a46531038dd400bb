// PostgresDatabase: a database of a PostgreSQL server, or of CockroachDB.
//
// Lock    the connection of the writer has a lock of the database, so that a second host is refused
//         when it starts. The lock ends with the connection. A host that has lost its connection
//         cannot write any more once another one has opened the database, see
//         PostgresDb::begin_batch().
// Errors  as in Database.
// Thread  as in Database.
// Owner   owns the lock of the data directory, where the host stores its private copies of modules.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "storage/database.hpp"
#include "storage/sqlite/data_dir.hpp"

namespace serai::postgres {

bool is_postgres_url(std::string_view url);

struct PostgresOptions {
  std::string url;       // postgresql://user@host/database?sslmode=verify-full
  std::string password;  // of the user; empty: none, or the url has it
  std::string data_dir;  // locked as long as the database is open; empty: none
};

class PostgresDatabase final : public storage::Database {
 public:
  explicit PostgresDatabase(const PostgresOptions& options);

  Result<std::unique_ptr<storage::Db>> open_writer() override;
  Result<std::unique_ptr<storage::Db>> open_reader() override;
  const std::string& name() const override { return name_; }

 private:
  std::string directory_;                   // empty: tools and tests without one
  std::unique_ptr<storage::DataDir> lock_;  // of the directory, from the first open_writer() on
  std::string address_;                     // with the password
  std::string name_;
  std::chrono::steady_clock::time_point next_try_{};  // of the writer, after one that failed
};

}  // namespace serai::postgres
