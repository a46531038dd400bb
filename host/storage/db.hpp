// Db: one SQLite connection with its prepared statements.
//
// Errors  sticky: after the first failure every query does nothing and returns no rows, until
//         clear_error(). So a caller can run all statements and check failed() once at the end.
//         SQLite's codes are translated here and nowhere else: unavailable (busy, full, I/O, gone),
//         data_loss (damaged, not a database), invalid_argument (too big), internal (a mistake of
//         the host).
// Thread  one at a time.
// Owner   a Query borrows its Db. Bound lvalues must outlive the Query; temporaries are copied.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "base/result.hpp"
#include "base/uuid.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace serai::storage {

// Called before each statement runs. If it returns a SQLite code other than 0, the statement fails
// with that code. For tests.
using SqlFault = std::function<int(std::string_view sql)>;

struct DbOptions {
  std::string path;  // ":memory:": a database that ends with its connection
  bool create = false;
  bool read_only = false;
  std::uint32_t cache_kb = 2048;
  SqlFault fault{};
};

class Db {
 public:
  static Result<std::unique_ptr<Db>> open(DbOptions options);
  ~Db();
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;

  void set_fault(SqlFault fault) { options_.fault = std::move(fault); }
  void exec(const char* sql);  // one or several statements, not cached
  void begin_reading();        // all queries until end_reading() read one state of the data
  void end_reading();
  void begin();
  void commit();
  void rollback();  // clears the error; a rollback that fails sets it again
  std::int64_t changes() const;
  std::int64_t last_rowid() const;

  bool failed() const { return error_.has_value(); }
  // True when the disk caused the failure, and not the statement.
  bool disk_failed() const { return disk_failed_; }
  const Error& error() const { return *error_; }
  void fail(int sqlite_code);  // keeps an earlier error
  void clear_error();

  // False when the files at the path are no longer those that are open: they were moved or deleted.
  bool is_in_place() const;

 private:
  friend class Query;
  struct FileMark {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const FileMark&, const FileMark&) = default;
  };
  explicit Db(DbOptions options) : options_(std::move(options)) {}
  Result<> connect();
  Result<> configure();
  sqlite3_stmt* statement(const char* sql);
  bool is_faulted(const char* sql);
  static FileMark mark(const std::string& path);

  DbOptions options_;
  sqlite3* handle_ = nullptr;
  // The key is the address of the SQL literal: each SQL text occurs once in the source.
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
  std::optional<Error> error_;
  bool disk_failed_ = false;
  FileMark database_;
  FileMark log_;
};

// Binds bytes as a blob, for texts that need not be UTF-8.
struct Bytes {
  std::string_view view;
};

// One run of a prepared statement: bind, then call row() until it is false, or run(). Columns count
// from 0.
class Query {
 public:
  Query(Db& db, const char* sql);
  template <class... Args>
  Query(Db& db, const char* sql, Args&&... args) : Query(db, sql) {
    (bind_next(std::forward<Args>(args)), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  bool row();
  void run() {
    while (row()) {
    }
  }

  std::int64_t integer(int column) const;
  std::string text(int column) const { return std::string(view(column)); }
  std::string_view view(int column) const;  // valid until the next row()
  Uuid uuid(int column) const;
  bool is_null(int column) const;

 private:
  template <class T>
  void bind_next(T&& value) {
    using Plain = std::decay_t<T>;
    if constexpr (std::is_same_v<Plain, Uuid>) {
      bind_blob(reinterpret_cast<const char*>(value.bytes().data()), 16, copied<T>());
    } else if constexpr (std::is_integral_v<Plain> || std::is_enum_v<Plain>) {
      bind_integer(static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<Plain, Bytes>) {
      bind_blob(value.view.data(), value.view.size(), false);
    } else if constexpr (std::is_same_v<Plain, std::nullptr_t>) {
      ++bound_;  // an unbound parameter is NULL
    } else {
      const std::string_view view(value);
      bind_text(view.data(), view.size(), std::is_same_v<Plain, std::string> && copied<T>());
    }
  }
  template <class T>
  static constexpr bool copied() {
    return !std::is_lvalue_reference_v<T>;
  }
  void bind_integer(std::int64_t value);
  void bind_text(const char* data, std::size_t size, bool copy);
  void bind_blob(const char* data, std::size_t size, bool copy);

  Db& db_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

// The error of the store for a SQLite code. `detail` becomes part of its text.
Error translate_sqlite(int code, std::string_view detail);

}  // namespace serai::storage
