// Database: the place of all data, and how a connection to it is opened. SqliteDatabase and
// PostgresDatabase (host/postgres) implement it.
//
// Errors  unavailable (another host or program uses it, it cannot be reached), data_loss (damaged),
//         permission_denied; not_found (open_reader(): there is no database yet). The detail has
//         the name and the remedy.
// Thread  open_writer(): the writer's; open_reader(): any. Both block while they connect.
// Owner   connections must not outlive it.
#pragma once

#include <memory>
#include <string>

#include "storage/db.hpp"

namespace serai::storage {

class Database {
 public:
  virtual ~Database() = default;
  // The connection that writes, for one host at a time. The first call locks the data directory and
  // creates what is missing; a later one finds the data again, or fails.
  virtual Result<std::unique_ptr<Db>> open_writer() = 0;
  // A connection that only reads.
  virtual Result<std::unique_ptr<Db>> open_reader() = 0;
  virtual const std::string& name() const = 0;  // for messages; without a password
};

}  // namespace serai::storage
