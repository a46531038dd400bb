// SqliteDb: a Db on one SQLite file, or in memory.
//
// Errors  as in Db. SQLite's codes are translated here and nowhere else.
// Thread  one at a time.
// Owner   owns its connection and statements.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "storage/db.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace serai::storage {

struct SqliteOptions {
  std::string path;  // ":memory:": a database that ends with its connection
  bool create = false;
  bool read_only = false;
  std::uint32_t cache_kb = 2048;
};

class SqliteDb final : public Db {
 public:
  static Result<std::unique_ptr<SqliteDb>> open(SqliteOptions options);
  ~SqliteDb() override;
  SqliteDb(const SqliteDb&) = delete;
  SqliteDb& operator=(const SqliteDb&) = delete;

  void exec(const std::string& sql) override;
  void begin_reading() override;
  void end_reading() override;
  void begin() override;
  void begin_batch(std::uint64_t /*number*/) override { begin(); }
  void commit() override;
  void rollback() override;
  bool has_batch(std::uint64_t /*number*/) override { return false; }  // no commit is in doubt
  std::int64_t changes() const override;
  void run_rows(const RowsStatement& statement, std::span<const SqlValue> values) override;
  void find_rows(const RowsStatement& lookup,
                 std::span<const SqlValue> keys,
                 const std::function<void(const Statement&)>& each) override;
  bool is_in_place() const override;
  Result<int> schema_number() override;
  void store_schema_number(int number) override;
  // SQLite gives ids above all rows by itself.
  void continue_ids(const std::string& /*table*/, const std::string& /*column*/) override {}
  std::string translate(std::string_view sql) const override;

 private:
  class Prepared;
  struct FileMark {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const FileMark&, const FileMark&) = default;
  };

  explicit SqliteDb(SqliteOptions options);
  Result<> connect();
  Result<> configure();
  Statement* statement(const char* sql) override;
  // Runs a statement for each row of `values`.
  void run_each(const RowsStatement& rows,
                std::span<const SqlValue> values,
                const std::function<void(const Statement&)>& each);
  void fail_with(int code, std::string_view detail);
  static FileMark mark(const std::string& path);

  SqliteOptions options_;
  sqlite3* handle_ = nullptr;
  std::unordered_map<const char*, std::unique_ptr<Prepared>> statements_;
  FileMark database_;
  FileMark log_;
};

}  // namespace serai::storage
