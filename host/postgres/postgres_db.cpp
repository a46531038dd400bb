#include "postgres/postgres_db.hpp"

#include <poll.h>

#include <algorithm>
#include <pqxx/pqxx>

#include "base/hex.hpp"
#include "base/parse_number.hpp"
#include "storage/sql_words.hpp"

namespace serai::postgres {

using storage::Bytes;
using storage::DbFailure;
using storage::Query;

namespace {

constexpr pqxx::oid kBytesType = 17;  // bytea, in PostgreSQL's pg_type.dat
constexpr std::string_view kHexMark = "\\x";

// By the SQLSTATEs of PostgreSQL, appendix A of its manual.
DbFailure failure_of(const std::string& sqlstate) {
  if (sqlstate == "40001" || sqlstate == "40P01") return DbFailure::conflict;
  const bool away = sqlstate.starts_with("08") || sqlstate.starts_with("53") ||
                    sqlstate.starts_with("57") || sqlstate.starts_with("58") ||
                    sqlstate == "55P03" ||  // a lock was not free in time
                    sqlstate == "25006" ||  // the server is read-only
                    sqlstate.empty();
  return away ? DbFailure::away : DbFailure::statement;
}

Errc code_of(const std::string& sqlstate, DbFailure failure) {
  if (failure != DbFailure::statement) return Errc::unavailable;
  return sqlstate.starts_with("22") || sqlstate.starts_with("54") ? Errc::invalid_argument
                                                                  : Errc::internal;
}

std::string text_of(const std::exception& error) {
  std::string text = error.what();
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ')) text.pop_back();
  return "database: " + text;
}

std::string from_hex(std::string_view digits) {
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>((hex_value(digits[i]) << 4) | hex_value(digits[i + 1]));
  }
  return bytes;
}

std::string hex_text(std::string_view bytes) { return std::string(kHexMark) + hex(bytes); }

// An element of an array in PostgreSQL's text form.
void append_element(std::string& array, const SqlValue& value) {
  array += array.empty() ? '{' : ',';
  if (std::holds_alternative<std::monostate>(value)) {
    array += "NULL";
    return;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    array += std::to_string(*integer);
    return;
  }
  array += '"';
  if (const auto* bytes = std::get_if<Bytes>(&value)) {
    array += '\\';
    array += hex_text(bytes->view);
  } else {
    for (const char c : std::get<std::string_view>(value)) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
  }
  array += '"';
}

// Replaces each ? by $1, $2, and so on; ?2 becomes $2.
std::string numbered(std::string_view sql) {
  std::string text;
  int next = 1;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    if (sql[at] != '?') {
      text += sql[at];
      continue;
    }
    text += '$';
    const bool has_number = at + 1 < sql.size() && sql[at + 1] >= '1' && sql[at + 1] <= '9';
    if (!has_number) text += std::to_string(next++);
  }
  return text;
}

using Reading = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

}  // namespace

struct PostgresDb::Session {
  Session(const std::string& address, std::string of) : connection(address), name(std::move(of)) {}
  pqxx::connection connection;
  std::string name;
  std::unique_ptr<pqxx::transaction_base> transaction;  // null: each statement has its own
  bool is_broken = false;

  template <class Work>
  pqxx::result in_transaction(const Work& work) {
    if (transaction) return work(*transaction);
    pqxx::nontransaction alone(connection);
    return work(alone);
  }
};

class PostgresDb::Prepared final : public Statement {
 public:
  Prepared(PostgresDb& db, std::string name) : db_(db), name_(std::move(name)) {}

  void bind_integer(int parameter, std::int64_t value) override {
    bind(parameter, std::to_string(value));
  }
  void bind_text(int parameter, std::string_view value, Lifetime /*lifetime*/) override {
    if (value.find('\0') != std::string_view::npos) {
      db_.fail({Errc::invalid_argument, "database: a text must not have a zero byte"},
               DbFailure::statement);
    }
    bind(parameter, std::string(value));
  }
  void bind_bytes(int parameter, std::string_view value, Lifetime /*lifetime*/) override {
    bind(parameter, hex_text(value));
  }
  void bind_null(int parameter) override { bind(parameter, std::nullopt); }
  bool step() override {
    if (!ran_) {
      ran_ = true;
      run();
    }
    decoded_.clear();
    return next_++ < rows_.size();
  }
  void reset() override {
    parameters_.clear();
    rows_ = {};
    next_ = 0;
    ran_ = false;
  }

  bool is_null(int column) const override { return rows_[next_ - 1][column].is_null(); }
  std::int64_t integer(int column) const override {
    return parse_number<std::int64_t>(view(column)).value_or(0);
  }
  std::string_view view(int column) const override {
    const pqxx::field field = rows_[next_ - 1][column];
    const std::string_view text(field.c_str(), field.size());
    if (field.type() != kBytesType) return text;
    auto& bytes = decoded_[column];
    if (bytes.empty()) bytes = from_hex(text.substr(kHexMark.size()));
    return bytes;
  }

 private:
  void bind(int parameter, std::optional<std::string> value) {
    const auto at = static_cast<std::size_t>(parameter);
    if (parameters_.size() < at) parameters_.resize(at);
    parameters_[at - 1] = std::move(value);
  }
  void run() {
    db_.guard([this] {
      rows_ = db_.session_->in_transaction([this](pqxx::transaction_base& transaction) {
        return transaction.exec_prepared(name_, pqxx::prepare::make_dynamic_params(parameters_));
      });
      db_.changes_ = static_cast<std::int64_t>(rows_.affected_rows());
    });
  }

  PostgresDb& db_;
  std::string name_;
  std::vector<std::optional<std::string>> parameters_;
  pqxx::result rows_;
  pqxx::result::size_type next_ = 0;
  bool ran_ = false;
  mutable std::unordered_map<int, std::string> decoded_;  // the bytes of the row, by column
};

PostgresDb::PostgresDb(std::unique_ptr<Session> session) : session_(std::move(session)) {}

PostgresDb::~PostgresDb() = default;

// Exceptions of libpqxx end here.
template <class Work>
void PostgresDb::guard(const Work& work) {
  if (failed()) return;
  try {
    work();
  } catch (const pqxx::in_doubt_error& error) {
    session_->is_broken = true;
    fail({Errc::unavailable, text_of(error)}, DbFailure::doubt);
  } catch (const pqxx::broken_connection& error) {
    session_->is_broken = true;
    fail({Errc::unavailable, text_of(error)}, DbFailure::away);
  } catch (const pqxx::transaction_rollback& error) {
    fail({Errc::unavailable, text_of(error)}, DbFailure::conflict);
  } catch (const pqxx::sql_error& error) {
    const DbFailure failure = failure_of(error.sqlstate());
    fail({code_of(error.sqlstate(), failure), text_of(error)}, failure);
  } catch (const std::exception& error) {
    fail({Errc::internal, text_of(error)}, DbFailure::statement);
  }
  if (failed() && !session_->connection.is_open()) session_->is_broken = true;
}

Result<std::unique_ptr<PostgresDb>> PostgresDb::connect(const std::string& address,
                                                        const std::string& name) {
  try {
    std::unique_ptr<PostgresDb> db(new PostgresDb(std::make_unique<Session>(address, name)));
    db->configure();
    if (db->failed()) return db->error();
    return db;
  } catch (const std::exception& error) {
    return Error{Errc::unavailable, name + ": " + text_of(error)};
  }
}

// A server may be configured to answer a commit before it is on disk. For this host it is not.
void PostgresDb::configure() {
  exec("SET statement_timeout = '30s'");
  exec("SET lock_timeout = '10s'");
  exec("SET idle_in_transaction_session_timeout = '60s'");
  exec("SET bytea_output = 'hex'");
  exec(
      "SELECT set_config('synchronous_commit', 'on', false) "
      "WHERE current_setting('synchronous_commit') = 'off'");
}

bool PostgresDb::lock() {
  exec("SET lock_timeout = '5s'");
  // The number is "Srai", so that other programs' locks in the database do not meet it.
  exec("SELECT pg_advisory_lock(1400005993)");
  if (failed() && !session_->is_broken) {
    clear_error();
    fail({Errc::unavailable,
          session_->name + " is in use by another host: stop that host, or choose another "
                           "database with storage.url"},
         DbFailure::away);
  }
  exec("SET lock_timeout = '10s'");
  return !failed();
}

void PostgresDb::exec(const std::string& sql) {
  if (failed() || is_faulted(sql)) return;
  guard([&] {
    session_->in_transaction(
        [&](pqxx::transaction_base& transaction) { return transaction.exec(sql); });
  });
}

void PostgresDb::begin_reading() {
  if (session_->transaction) return;
  guard([this] { session_->transaction = std::make_unique<Reading>(session_->connection); });
}

void PostgresDb::end_reading() {
  guard([this] {
    if (session_->transaction) session_->transaction->commit();
  });
  session_->transaction.reset();
}

void PostgresDb::begin() {
  if (failed() || is_faulted("BEGIN")) return;
  guard([this] { session_->transaction = std::make_unique<pqxx::work>(session_->connection); });
}

void PostgresDb::begin_batch(std::uint64_t number) {
  begin();
  Query(*this, "UPDATE serai_schema SET batch = ?1 WHERE batch < ?1", number).run();
  if (failed() || changes_ == 1) return;
  fail(
      {Errc::unavailable,
       session_->name + ": another host has opened this database, so this one must not write: stop "
                        "one of them"},
      DbFailure::away);
}

void PostgresDb::commit() {
  if (failed() || is_faulted("COMMIT")) return;
  guard([this] { session_->transaction->commit(); });
  if (!failed()) session_->transaction.reset();
}

void PostgresDb::rollback() {
  clear_error();
  guard([this] { session_->transaction.reset(); });
  if (session_->is_broken) {
    fail({Errc::unavailable, session_->name + ": the connection was lost"}, DbFailure::away);
  }
}

bool PostgresDb::has_batch(std::uint64_t number) {
  begin();
  bool found = false;
  {
    Query query(*this, "SELECT batch FROM serai_schema FOR UPDATE");
    found = query.row() && static_cast<std::uint64_t>(query.integer(0)) == number;
  }
  commit();
  return found;
}

void PostgresDb::run_rows(const RowsStatement& rows, std::span<const SqlValue> values) {
  find_rows(rows, values, [](const Statement&) {});
}

void PostgresDb::find_rows(const RowsStatement& lookup,
                           std::span<const SqlValue> keys,
                           const std::function<void(const Statement&)>& each) {
  Statement* const made = failed() || is_faulted(lookup.all) ? nullptr : statement(lookup.all);
  if (made == nullptr) return;
  std::vector<std::string> columns(lookup.columns);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    append_element(columns[i % lookup.columns], keys[i]);
  }
  int parameter = 0;
  for (std::string& column : columns) {
    column += '}';
    made->bind_text(++parameter, column, Statement::Lifetime::copied);
  }
  while (!failed() && made->step()) each(*made);
  made->reset();
}

// A connection that its server has closed is found here, before anything is written to it.
bool PostgresDb::is_in_place() const {
  if (session_->is_broken) return false;
  pollfd socket{session_->connection.sock(), POLLRDHUP, 0};
  return ::poll(&socket, 1, 0) == 0;
}

Statement* PostgresDb::statement(const char* sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) {
    return found->second.get();
  }
  const std::string name = "serai" + std::to_string(statements_.size());
  guard([&] { session_->connection.prepare(name, numbered(translate(sql))); });
  if (failed()) return nullptr;
  return statements_.emplace(sql, std::make_unique<Prepared>(*this, name)).first->second.get();
}

Result<int> PostgresDb::schema_number() {
  bool exists = false;
  bool others = false;
  {
    Query query(*this,
                "SELECT CASE WHEN to_regclass('serai_schema') IS NULL THEN 0 ELSE 1 END, "
                "CASE WHEN to_regclass('entities') IS NULL AND to_regclass('users') IS NULL "
                "THEN 0 ELSE 1 END");
    if (query.row()) {
      exists = query.integer(0) == 1;
      others = query.integer(1) == 1;
    }
  }
  if (failed()) return error();
  if (!exists && others) {
    return Error{Errc::data_loss,
                 session_->name + " has tables of another program: choose an empty database"};
  }
  if (!exists) return 0;
  Query query(*this, "SELECT number FROM serai_schema");
  const int number = query.row() ? static_cast<int>(query.integer(0)) : 0;
  if (failed()) return error();
  return number;
}

void PostgresDb::store_schema_number(int number) {
  exec(
      "CREATE TABLE IF NOT EXISTS serai_schema(one BIGINT PRIMARY KEY, number BIGINT NOT NULL, "
      "batch BIGINT NOT NULL)");
  exec("INSERT INTO serai_schema(one, number, batch) VALUES(1, " + std::to_string(number) +
       ", 0) ON CONFLICT(one) DO UPDATE SET number = excluded.number");
}

void PostgresDb::continue_ids(const std::string& table, const std::string& column) {
  exec("SELECT setval(pg_get_serial_sequence('" + table + "', '" + column + "'), max(" + column +
       ")) FROM " + table + " HAVING max(" + column + ") IS NOT NULL");
}

// COLLATE "C": texts are ordered by their bytes, as in SQLite, whatever the server's language.
std::string PostgresDb::translate(std::string_view sql) const {
  return storage::replace_words(sql,
                                {{"int", "BIGINT"},
                                 {"text", "TEXT COLLATE \"C\""},
                                 {"bytes", "BYTEA"},
                                 {"id", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"},
                                 {"nil_uuid", "'\\x00000000000000000000000000000000'::bytea"}},
                                "postgres:");
}

}  // namespace serai::postgres
