#include "storage/sqlite/sqlite_db.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include "storage/sql_words.hpp"

namespace serai::storage {
namespace {

// The application id in the header of our database files: "Srai".
constexpr std::int64_t kApplicationId = 0x53726169;

DbFailure failure_of(int code) {
  switch (code & 0xff) {
    case SQLITE_PERM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_NOTADB:
      return DbFailure::away;
    default:
      return DbFailure::statement;
  }
}

Error error_of(int code, std::string_view detail) {
  const std::string text = "database: " + std::string(detail);
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Errc::data_loss, text};
    case SQLITE_TOOBIG:
      return {Errc::invalid_argument, text};
    default:
      return {failure_of(code) == DbFailure::away ? Errc::unavailable : Errc::internal, text};
  }
}

}  // namespace

class SqliteDb::Prepared final : public Statement {
 public:
  Prepared(SqliteDb& db, sqlite3_stmt* handle) : db_(db), handle_(handle) {}
  ~Prepared() override { sqlite3_finalize(handle_); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  void bind_integer(int parameter, std::int64_t value) override {
    check(sqlite3_bind_int64(handle_, parameter, value));
  }
  void bind_text(int parameter, std::string_view value, Lifetime lifetime) override {
    check(sqlite3_bind_text64(
        handle_, parameter, data_of(value), value.size(), freeing(lifetime), SQLITE_UTF8));
  }
  void bind_bytes(int parameter, std::string_view value, Lifetime lifetime) override {
    check(sqlite3_bind_blob64(handle_, parameter, data_of(value), value.size(), freeing(lifetime)));
  }
  void bind_null(int parameter) override { check(sqlite3_bind_null(handle_, parameter)); }
  bool step() override {
    const int code = sqlite3_step(handle_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
      db_.fail_with(code, sqlite3_errmsg(db_.handle_));
    }
    return code == SQLITE_ROW;
  }
  void reset() override {
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
  }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(handle_, column); }
  std::string_view view(int column) const override {
    const void* const data = sqlite3_column_blob(handle_, column);
    const int size = sqlite3_column_bytes(handle_, column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
  }
  bool is_null(int column) const override {
    return sqlite3_column_type(handle_, column) == SQLITE_NULL;
  }

 private:
  // SQLite binds NULL for a null pointer, but an empty view is an empty text.
  static const char* data_of(std::string_view value) {
    return value.data() == nullptr ? "" : value.data();
  }
  static sqlite3_destructor_type freeing(Lifetime lifetime) {
    return lifetime == Lifetime::copied ? SQLITE_TRANSIENT : SQLITE_STATIC;
  }
  void check(int code) {
    if (code != SQLITE_OK) db_.fail_with(code, sqlite3_errstr(code));
  }

  SqliteDb& db_;
  sqlite3_stmt* handle_;
};

SqliteDb::SqliteDb(SqliteOptions options) : options_(std::move(options)) {}

Result<std::unique_ptr<SqliteDb>> SqliteDb::open(SqliteOptions options) {
  std::unique_ptr<SqliteDb> db(new SqliteDb(std::move(options)));
  if (auto connected = db->connect(); !connected) return connected.error();
  if (auto configured = db->configure(); !configured) return configured.error();
  return db;
}

Result<> SqliteDb::connect() {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= options_.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options_.create) flags |= SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(options_.path.c_str(), &handle_, flags, nullptr);
  if (code == SQLITE_OK) return success();
  return error_of(code, options_.path + ": " + sqlite3_errstr(code));
}

Result<> SqliteDb::configure() {
  sqlite3_busy_timeout(handle_, 5000);
  if (!options_.read_only) {
    exec("PRAGMA journal_mode=WAL");
    // synchronous=FULL: a commit is on disk before it is answered. secure_delete=OFF: overwriting
    // deleted bytes would double the writes.
    exec("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=OFF");
    // 64 MB of log (16,384 pages) between checkpoints, not the default of 1,000 pages. So a page
    // that changes often is written back less often.
    exec("PRAGMA wal_autocheckpoint=16384; PRAGMA journal_size_limit=67108864");
  }
  exec("PRAGMA cache_size=-" + std::to_string(options_.cache_kb));
  // The first read opens the log, so both files exist when their marks are taken below.
  exec("SELECT count(*) FROM sqlite_schema");
  if (failed()) return error();
  database_ = mark(options_.path);
  log_ = mark(options_.path + "-wal");
  return success();
}

SqliteDb::~SqliteDb() {
  statements_.clear();
  sqlite3_close_v2(handle_);
}

void SqliteDb::fail_with(int code, std::string_view detail) {
  fail(error_of(code, detail), failure_of(code));
}

void SqliteDb::exec(const std::string& sql) {
  if (failed() || is_faulted(sql)) return;
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_with(code, sqlite3_errmsg(handle_));
}

void SqliteDb::begin_reading() {
  if (sqlite3_get_autocommit(handle_) != 0) Query(*this, "BEGIN").run();
}

void SqliteDb::end_reading() { Query(*this, "END").run(); }

void SqliteDb::begin() { Query(*this, "BEGIN IMMEDIATE").run(); }

void SqliteDb::commit() { Query(*this, "COMMIT").run(); }

void SqliteDb::rollback() {
  clear_error();
  // A failing COMMIT may have rolled back by itself.
  if (sqlite3_get_autocommit(handle_) != 0) return;
  const int code = sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_with(code, sqlite3_errmsg(handle_));
}

std::int64_t SqliteDb::changes() const { return sqlite3_changes64(handle_); }

void SqliteDb::run_each(const RowsStatement& rows,
                        std::span<const SqlValue> values,
                        const std::function<void(const Statement&)>& each) {
  Statement* const made = failed() ? nullptr : statement(rows.one);
  if (made == nullptr) return;
  for (std::size_t row = 0; row < values.size() && !failed(); row += rows.columns) {
    if (is_faulted(rows.one)) return;
    for (std::size_t column = 0; column < rows.columns; ++column) {
      bind_value(*made, static_cast<int>(column) + 1, values[row + column]);
    }
    while (made->step()) each(*made);
    made->reset();
  }
}

void SqliteDb::run_rows(const RowsStatement& rows, std::span<const SqlValue> values) {
  run_each(rows, values, [](const Statement&) {});
}

// One transaction for all keys, because a transaction of its own would lock the file for each.
void SqliteDb::find_rows(const RowsStatement& lookup,
                         std::span<const SqlValue> keys,
                         const std::function<void(const Statement&)>& each) {
  begin_reading();
  run_each(lookup, keys, each);
  end_reading();
}

SqliteDb::FileMark SqliteDb::mark(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

bool SqliteDb::is_in_place() const {
  if (options_.path == ":memory:") return true;
  return mark(options_.path) == database_ && mark(options_.path + "-wal") == log_;
}

Statement* SqliteDb::statement(const char* sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) {
    return found->second.get();
  }
  sqlite3_stmt* made = nullptr;
  const std::string text = translate(sql);
  const int code =
      sqlite3_prepare_v3(handle_, text.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (code != SQLITE_OK) {
    fail_with(code, sqlite3_errmsg(handle_));
    return nullptr;
  }
  return statements_.emplace(sql, std::make_unique<Prepared>(*this, made)).first->second.get();
}

Result<int> SqliteDb::schema_number() {
  std::int64_t application = 0;
  std::int64_t number = 0;
  std::int64_t tables = 0;
  {
    Query query(
        *this,
        "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version");
    if (query.row()) {
      application = query.integer(0);
      number = query.integer(1);
    }
  }
  {
    Query query(*this, "SELECT count(*) FROM sqlite_schema");
    if (query.row()) tables = query.integer(0);
  }
  if (failed()) return error();
  if (application != kApplicationId && (tables > 0 || number > 0)) {
    return Error{Errc::data_loss, "the file is a SQLite database, but not a Serai database"};
  }
  return static_cast<int>(number);
}

// A PRAGMA takes no parameters, so its text is composed here.
void SqliteDb::store_schema_number(int number) {
  exec("PRAGMA user_version=" + std::to_string(number) +
       "; PRAGMA application_id=" + std::to_string(kApplicationId));
}

std::string SqliteDb::translate(std::string_view sql) const {
  return replace_words(sql,
                       {{"int", "INTEGER"},
                        {"text", "TEXT"},
                        {"bytes", "BLOB"},
                        {"id", "INTEGER PRIMARY KEY"},
                        {"nil_uuid", "zeroblob(16)"}},
                       "sqlite:");
}

}  // namespace serai::storage
