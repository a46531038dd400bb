#include "storage/db.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cstring>

namespace serai::storage {
namespace {

bool is_disk_code(int code) {
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
      return true;
    default:
      return false;
  }
}

}  // namespace

Error translate_sqlite(int code, std::string_view detail) {
  const std::string text = "database: " + std::string(detail);
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Errc::data_loss, text};
    case SQLITE_TOOBIG:
      return {Errc::invalid_argument, text};
    default:
      return {is_disk_code(code) ? Errc::unavailable : Errc::internal, text};
  }
}

Result<std::unique_ptr<Db>> Db::open(DbOptions options) {
  std::unique_ptr<Db> db(new Db(std::move(options)));
  if (auto connected = db->connect(); !connected) return connected.error();
  if (auto configured = db->configure(); !configured) return configured.error();
  return db;
}

Result<> Db::connect() {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= options_.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options_.create) flags |= SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(options_.path.c_str(), &handle_, flags, nullptr);
  if (code == SQLITE_OK) return success();
  return translate_sqlite(code, options_.path + ": " + sqlite3_errstr(code));
}

Result<> Db::configure() {
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
  const std::string cache = "PRAGMA cache_size=-" + std::to_string(options_.cache_kb);
  exec(cache.c_str());
  // The first read opens the log, so both files exist when their marks are taken below.
  exec("SELECT count(*) FROM sqlite_schema");
  if (failed()) return *error_;
  database_ = mark(options_.path);
  log_ = mark(options_.path + "-wal");
  return success();
}

Db::~Db() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

void Db::fail(int code) {
  if (error_) return;
  disk_failed_ = is_disk_code(code);
  error_ = translate_sqlite(code, sqlite3_errstr(code));
}

void Db::clear_error() {
  error_.reset();
  disk_failed_ = false;
}

bool Db::is_faulted(const char* sql) {
  if (!options_.fault) return false;
  const int code = options_.fault(sql);
  if (code != SQLITE_OK) fail(code);
  return code != SQLITE_OK;
}

void Db::exec(const char* sql) {
  if (failed() || is_faulted(sql)) return;
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    disk_failed_ = is_disk_code(code);
    error_ = translate_sqlite(code, sqlite3_errmsg(handle_));
  }
}

void Db::begin_reading() {
  if (sqlite3_get_autocommit(handle_) != 0) Query(*this, "BEGIN").run();
}

void Db::end_reading() { Query(*this, "END").run(); }

void Db::begin() { Query(*this, "BEGIN IMMEDIATE").run(); }

void Db::commit() { Query(*this, "COMMIT").run(); }

void Db::rollback() {
  clear_error();
  // A failing COMMIT may have rolled back by itself.
  if (sqlite3_get_autocommit(handle_) != 0) return;
  const int code = sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Db::changes() const { return sqlite3_changes64(handle_); }

std::int64_t Db::last_rowid() const { return sqlite3_last_insert_rowid(handle_); }

Db::FileMark Db::mark(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

bool Db::is_in_place() const {
  if (options_.path == ":memory:") return true;
  return mark(options_.path) == database_ && mark(options_.path + "-wal") == log_;
}

sqlite3_stmt* Db::statement(const char* sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
  sqlite3_stmt* made = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (code != SQLITE_OK) {
    disk_failed_ = is_disk_code(code);
    error_ = translate_sqlite(code, sqlite3_errmsg(handle_));
    return nullptr;
  }
  statements_.emplace(sql, made);
  return made;
}

Query::Query(Db& db, const char* sql)
    : db_(db), statement_(db.failed() ? nullptr : db.statement(sql)) {
  if (statement_ != nullptr && db_.is_faulted(sql)) statement_ = nullptr;
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  if (bound_ > 0) sqlite3_clear_bindings(statement_);
}

bool Query::row() {
  if (statement_ == nullptr || db_.failed()) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    db_.disk_failed_ = is_disk_code(code);
    db_.error_ = translate_sqlite(code, sqlite3_errmsg(db_.handle_));
  }
  return false;
}

void Query::bind_integer(std::int64_t value) {
  ++bound_;
  if (statement_ != nullptr) sqlite3_bind_int64(statement_, bound_, value);
}

void Query::bind_text(const char* data, std::size_t size, bool copy) {
  ++bound_;
  if (statement_ == nullptr) return;
  // SQLite binds NULL for a null pointer, but an empty view is an empty text.
  const char* const bytes = data == nullptr ? "" : data;
  const int code = sqlite3_bind_text64(
      statement_, bound_, bytes, size, copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) db_.fail(code);
}

void Query::bind_blob(const char* data, std::size_t size, bool copy) {
  ++bound_;
  if (statement_ == nullptr) return;
  const char* const bytes = data == nullptr ? "" : data;
  const int code =
      sqlite3_bind_blob64(statement_, bound_, bytes, size, copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
  if (code != SQLITE_OK) db_.fail(code);
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Query::view(int column) const {
  const void* const data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

Uuid Query::uuid(int column) const {
  std::array<std::uint8_t, 16> bytes{};
  const std::string_view data = view(column);
  if (data.size() == bytes.size()) std::memcpy(bytes.data(), data.data(), bytes.size());
  return Uuid(bytes);
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

}  // namespace serai::storage
