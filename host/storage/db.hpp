// Db: one connection to a SQL database, with its prepared statements. Each database has its own
// (sqlite/, postgres/). The SQL is written once, in the words that both understand.
//
// SQL     parameters are `?` or `?1`. Where the databases differ, a text has one of these words:
//         {int} {text} {bytes} {id} (types), {nil_uuid}, {sqlite:...} (a clause for SQLite only).
// Errors  sticky: after the first failure every query does nothing and returns no rows, until
//         clear_error(). So a caller can run all statements and check failed() once at the end.
//         unavailable (busy, full, I/O, gone), data_loss (damaged, not a database),
//         invalid_argument (too big, or a text that the database cannot store), internal (a mistake
//         of the host). DbFailure says what the writer can do about it.
// Thread  one at a time.
// Owner   a Query borrows its Db. Bound lvalues must outlive the Query; temporaries are copied.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/uuid.hpp"

namespace serai::storage {

enum class DbFailure : std::uint8_t {
  none,
  statement,  // the statement or its data are wrong: without it the others can be written
  away,       // the database or its disk: nothing can be written now
  conflict,   // another transaction was in the way: the same transaction may succeed again
  doubt,      // the connection was lost in a commit: whether it was done has to be looked up
};

// Called before each statement runs. If it returns another value than none, the statement fails in
// this way. For tests.
using SqlFault = std::function<DbFailure(std::string_view sql)>;

// One prepared statement. Parameters count from 1, columns from 0.
class Statement {
 public:
  virtual ~Statement() = default;
  enum class Lifetime : std::uint8_t { borrowed, copied };  // until reset(); until this call ends
  virtual void bind_integer(int parameter, std::int64_t value) = 0;
  virtual void bind_text(int parameter, std::string_view value, Lifetime lifetime) = 0;
  virtual void bind_bytes(int parameter, std::string_view value, Lifetime lifetime) = 0;
  virtual void bind_null(int parameter) = 0;
  virtual bool step() = 0;  // to the next row; false: there is none, or an error
  virtual void reset() = 0;

  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view view(int column) const = 0;  // valid until the next step()
  virtual bool is_null(int column) const = 0;
};

// Bytes that need not be UTF-8, as a parameter.
struct Bytes {
  std::string_view view;
};

// A value of a row that is written with others. Texts and bytes are borrowed.
using SqlValue = std::variant<std::monostate, std::int64_t, std::string_view, Bytes>;  // or NULL

// Binds a borrowed value.
void bind_value(Statement& statement, int parameter, const SqlValue& value);

// A statement for any number of rows: `one` is run for each row, or `all` once, with an array for
// each column. `all` names the types of its parameters.
struct RowsStatement {
  const char* one;
  const char* all;
  std::size_t columns;
};

class Db {
 public:
  virtual ~Db() = default;
  Db() = default;
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;

  virtual void exec(const std::string& sql) = 0;  // one or several statements, not cached
  virtual void begin_reading() = 0;  // all queries until end_reading() read one state of the data
  virtual void end_reading() = 0;
  virtual void begin() = 0;
  // Begins the writer's transaction with this number; numbers rise.
  virtual void begin_batch(std::uint64_t number) = 0;
  virtual void commit() = 0;
  virtual void rollback() = 0;  // clears the error; a rollback that fails sets it again
  // After a commit with DbFailure::doubt, on a new connection: true when that batch is committed.
  virtual bool has_batch(std::uint64_t number) = 0;
  virtual std::int64_t changes() const = 0;  // rows that the last statement wrote
  // Writes all rows; `values` are their columns, row by row.
  virtual void run_rows(const RowsStatement& statement, std::span<const SqlValue> values) = 0;
  // Reads the rows for many keys: `keys` are the parameters of `one`, key by key. `each` is called
  // for each row, in no particular order.
  virtual void find_rows(const RowsStatement& lookup,
                         std::span<const SqlValue> keys,
                         const std::function<void(const Statement&)>& each) = 0;
  // False when the connection no longer leads to the data: files were moved or deleted.
  virtual bool is_in_place() const = 0;

  // The schema's number, 0 in an empty database. data_loss: this is not a Serai database.
  virtual Result<int> schema_number() = 0;
  virtual void store_schema_number(int number) = 0;
  // After rows were written with ids of their own: ids that the database gives later are higher.
  virtual void continue_ids(const std::string& table, const std::string& column) = 0;
  // The text with this database's own words for {int} and the others.
  virtual std::string translate(std::string_view sql) const = 0;

  bool failed() const { return error_.has_value(); }
  const Error& error() const { return *error_; }
  DbFailure failure() const { return failure_; }
  void fail(Error error, DbFailure failure);  // keeps an earlier error
  void clear_error();
  void set_fault(SqlFault fault) { fault_ = std::move(fault); }

 protected:
  friend class Query;
  // The statement of a SQL literal, which is known by its address: each text occurs once in the
  // source. Null after an error.
  virtual Statement* statement(const char* sql) = 0;
  // True when the fault makes this statement fail.
  bool is_faulted(std::string_view sql);

 private:
  std::optional<Error> error_;
  DbFailure failure_ = DbFailure::none;
  SqlFault fault_;
};

// One run of a prepared statement: bind, then call row() until it is false, or run(). Columns count
// from 0.
class Query {
 public:
  Query(Db& db, const char* sql);
  template <class... Args>
  Query(Db& db, const char* sql, Args&&... args) : Query(db, sql) {
    if (statement_ != nullptr) (bind_next(std::forward<Args>(args)), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  bool row();
  void run() {
    while (row()) {
    }
  }

  std::int64_t integer(int column) const { return statement_->integer(column); }
  std::string text(int column) const { return std::string(view(column)); }
  std::string_view view(int column) const { return statement_->view(column); }
  Uuid uuid(int column) const;
  bool is_null(int column) const { return statement_->is_null(column); }
  // Binds the next parameter.
  void bind(const SqlValue& value);

 private:
  using Lifetime = Statement::Lifetime;
  template <class T>
  void bind_next(T&& value) {
    using Plain = std::decay_t<T>;
    constexpr Lifetime kLifetime =
        std::is_lvalue_reference_v<T> ? Lifetime::borrowed : Lifetime::copied;
    ++bound_;
    if constexpr (std::is_same_v<Plain, Uuid>) {
      const auto& bytes = value.bytes();
      statement_->bind_bytes(
          bound_, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, kLifetime);
    } else if constexpr (std::is_integral_v<Plain> || std::is_enum_v<Plain>) {
      statement_->bind_integer(bound_, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<Plain, Bytes>) {
      statement_->bind_bytes(bound_, value.view, Lifetime::borrowed);
    } else {
      statement_->bind_text(bound_,
                            std::string_view(value),
                            std::is_same_v<Plain, std::string> ? kLifetime : Lifetime::borrowed);
    }
  }

  Db& db_;
  Statement* statement_;  // null after an error
  int bound_ = 0;
};

// Collects the rows of one RowsStatement. Lvalues that are added must outlive run().
class Rows {
 public:
  Rows(Db& db, const RowsStatement& statement) : db_(db), statement_(statement) {}
  template <class... Values>
  void add(Values&&... values) {
    (values_.push_back(value_of(values)), ...);
  }
  void run() {
    if (!values_.empty()) db_.run_rows(statement_, values_);
  }

 private:
  template <class T>
  static SqlValue value_of(const T& value) {
    if constexpr (std::is_same_v<T, Uuid>) {
      return Bytes{{reinterpret_cast<const char*>(value.bytes().data()), 16}};
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_same_v<T, Bytes>) {
      return value;
    } else {
      return std::string_view(value);
    }
  }

  Db& db_;
  const RowsStatement& statement_;
  std::vector<SqlValue> values_;
};

}  // namespace serai::storage
