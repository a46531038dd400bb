#include "storage/backup.hpp"

#include <sys/stat.h>

#include <deque>
#include <filesystem>
#include <map>

#include "storage/database.hpp"
#include "storage/draft_file.hpp"
#include "storage/ledger_sql.hpp"
#include "storage/migrations.hpp"
#include "storage/sqlite/sqlite_db.hpp"
#include "storage/table_shapes.hpp"

namespace serai::storage {
namespace {

namespace fs = std::filesystem;
using RowCounts = std::map<std::string, std::uint64_t>;

// The fact that counts the openings of a database is there before anything was played.
constexpr const char* kOpenings = "store.openings";

// One page of a table, with its own copy of the texts.
class Page {
 public:
  explicit Page(const TableShape& shape) : shape_(&shape) {}

  void take(Query& query) {
    values_.clear();
    texts_.clear();
    rows_ = 0;
    while (query.row()) {
      for (std::size_t i = 0; i < shape_->columns.size(); ++i) take_value(query, i);
      ++rows_;
    }
  }
  std::size_t rows() const { return rows_; }
  std::span<const SqlValue> values() const { return values_; }
  // The key of the last row.
  std::span<const SqlValue> last_key() const {
    return std::span(values_).subspan((rows_ - 1) * shape_->columns.size(), shape_->key_columns);
  }

 private:
  void take_value(const Query& query, std::size_t at) {
    const int column = static_cast<int>(at);
    const char type = shape_->columns[at].type;
    if (query.is_null(column)) {
      values_.emplace_back(std::monostate());
    } else if (type == 'i') {
      values_.emplace_back(query.integer(column));
    } else {
      const std::string_view text = texts_.emplace_back(query.text(column));
      values_.push_back(type == 't' ? SqlValue(text) : SqlValue(Bytes{text}));
    }
  }

  const TableShape* shape_;
  std::vector<SqlValue> values_;
  std::deque<std::string> texts_;  // values_ borrows from it
  std::size_t rows_ = 0;
};

std::uint64_t copy_table(const TableShape& shape, Db& from, Db& to) {
  const RowsStatement insert = shape.insert();
  std::uint64_t copied = 0;
  Page page(shape);
  Page last(shape);
  do {
    {
      Query query(from, copied == 0 ? shape.first_page.c_str() : shape.next_page.c_str());
      if (copied != 0) {
        for (const SqlValue& value : last.last_key()) query.bind(value);
      }
      page.take(query);
    }
    if (page.rows() == 0) break;
    to.run_rows(insert, page.values());
    copied += page.rows();
    std::swap(page, last);
  } while (last.rows() == kCopyPageRows && !from.failed() && !to.failed());
  if (shape.has_ids) to.continue_ids(shape.name, std::string(shape.columns.front().name));
  return copied;
}

Result<> error_of(const Db& from, const Db& to) {
  if (from.failed()) return from.error();
  if (to.failed()) return to.error();
  return success();
}

Result<RowCounts> copy_all(Db& from, Db& to) {
  RowCounts counts;
  for (const TableShape& shape : table_shapes()) {
    counts[shape.name] = copy_table(shape, from, to);
    if (auto done = error_of(from, to); !done) return done.error();
  }
  return counts;
}

// Compares the rows of the copy with the counts of its source, and checks the ledger.
Result<> verify(Db& copy, const RowCounts& counts) {
  for (const TableShape& shape : table_shapes()) {
    Query query(copy, shape.count.c_str());
    const auto rows = query.row() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
    if (copy.failed()) return copy.error();
    if (rows != counts.at(shape.name)) {
      return Error{Errc::data_loss,
                   "the copy of " + shape.name + " has " + std::to_string(rows) + " rows, not " +
                       std::to_string(counts.at(shape.name))};
    }
  }
  return check_ledger(copy);
}

CopiedRows summary(const RowCounts& counts) {
  CopiedRows rows{.entities = counts.at("entities"),
                  .users = counts.at("users") - 1,  // the system user is not counted
                  .objects = counts.at("objects"),
                  .transfers = counts.at("ledger_transfers")};
  for (const auto& [name, count] : counts) rows.all += count;
  return rows;
}

// Deletes what a new schema has in it, because the copy brings its own.
void clear_new(Db& db) {
  db.exec("DELETE FROM users");
  db.exec("DELETE FROM facts");
}

Result<> check_empty(Db& db) {
  for (const TableShape& shape : table_shapes()) {
    const bool is_facts = shape.name == "facts";
    Query query(db, is_facts ? "SELECT count(*) FROM facts WHERE name <> ?" : shape.count.c_str());
    if (is_facts) query.bind(std::string_view(kOpenings));
    const std::int64_t rows = query.row() ? query.integer(0) : 0;
    if (db.failed()) return db.error();
    const std::int64_t new_rows = shape.name == "users" ? 1 : 0;
    if (rows > new_rows) {
      return Error{Errc::already_exists,
                   "the database has data already (" + shape.name + ": " + std::to_string(rows) +
                       " rows): restore into an empty one"};
    }
  }
  return success();
}

Result<RowCounts> copy_to_file(Db& from, const std::string& path) {
  auto opened = SqliteDb::open({.path = path, .create = true});
  if (!opened) return opened.error();
  Db& to = **opened;
  ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
  if (auto schema = migrate_to(to, newest_schema()); !schema) return schema.error();
  from.begin_reading();
  to.begin();
  clear_new(to);
  auto counts = copy_all(from, to);
  from.end_reading();
  to.commit();
  if (!counts) return counts;
  // One file without a log beside it.
  to.exec("PRAGMA journal_mode=DELETE");
  if (auto done = error_of(from, to); !done) return done.error();
  return counts;
}

Result<> verify_file(const std::string& path, const RowCounts& counts) {
  auto opened = SqliteDb::open({.path = path, .read_only = true});
  if (!opened) return opened.error();
  {
    Query query(**opened, "PRAGMA quick_check");
    const std::string found = query.row() ? query.text(0) : "unreadable";
    if (found != "ok") return Error{Errc::data_loss, path + ": " + found};
  }
  return verify(**opened, counts);
}

// Opens a backup. One of an older schema is migrated in a copy, which is `draft`.
Result<std::unique_ptr<SqliteDb>> open_backup(const std::string& file, const DraftFile& draft) {
  auto opened = SqliteDb::open({.path = file, .read_only = true});
  if (!opened) return Error{opened.error().code, file + ": " + opened.error().detail};
  auto schema = schema_number(**opened);
  if (!schema) return Error{schema.error().code, file + ": " + schema.error().detail};
  if (*schema == 0) return Error{Errc::data_loss, file + " is empty"};
  if (*schema == newest_schema()) return opened;
  std::error_code failed;
  fs::copy_file(file, draft.path(), failed);
  if (failed) {
    return Error{Errc::unavailable, draft.path() + " cannot be written: " + failed.message()};
  }
  auto copy = SqliteDb::open({.path = draft.path()});
  if (!copy) return copy.error();
  if (auto migrated = migrate_to(**copy, newest_schema()); !migrated) return migrated.error();
  return copy;
}

}  // namespace

Result<CopiedRows> back_up(Database& database, const std::string& file) {
  if (fs::exists(fs::symlink_status(file))) {
    return Error{Errc::already_exists, file + " exists already: choose another name"};
  }
  auto from = database.open_reader();
  if (!from) return from.error();
  const DraftFile draft(file + ".part");
  auto counts = copy_to_file(**from, draft.path());
  if (!counts) return counts.error();
  if (auto good = verify_file(draft.path(), *counts); !good) return good.error();
  if (auto kept = draft.keep_as(file); !kept) return kept.error();
  return summary(*counts);
}

Result<CopiedRows> restore(const std::string& file, Database& database) {
  const DraftFile draft(file + ".migrated");
  auto from = open_backup(file, draft);
  if (!from) return from.error();
  auto to = database.open_writer();
  if (!to) return to.error();
  if (auto schema = migrate_to(**to, newest_schema()); !schema) return schema.error();
  if (auto empty = check_empty(**to); !empty) {
    return Error{empty.error().code, database.name() + ": " + empty.error().detail};
  }
  (*to)->begin();
  clear_new(**to);
  auto counts = copy_all(**from, **to);
  Result<> good = counts ? verify(**to, *counts) : counts.error();
  if (good) (*to)->commit();
  if (good && (*to)->failed()) good = (*to)->error();
  if (good) return summary(*counts);
  (*to)->rollback();
  return good.error();
}

}  // namespace serai::storage
