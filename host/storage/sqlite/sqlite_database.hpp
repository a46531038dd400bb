// SqliteDatabase: a SQLite file in a data directory, which it locks; or a database in memory.
//
// Errors  as in Database.
// Thread  as in Database.
// Owner   owns the lock of the directory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "storage/database.hpp"
#include "storage/sqlite/data_dir.hpp"

namespace serai::storage {

class SqliteDatabase final : public Database {
 public:
  // An empty `data_dir`: in memory. `cache_kb` is the page cache of the writer.
  explicit SqliteDatabase(std::string data_dir, std::uint32_t cache_kb = 65'536);

  Result<std::unique_ptr<Db>> open_writer() override;
  Result<std::unique_ptr<Db>> open_reader() override;
  const std::string& name() const override { return path_; }

 private:
  std::string directory_;  // empty: in memory
  std::string path_;
  std::unique_ptr<DataDir> lock_;  // from the first open_writer() on
  std::uint32_t cache_kb_;
  bool create_ = true;
};

}  // namespace serai::storage
