#include "storage/sqlite/sqlite_database.hpp"

#include <unistd.h>

#include "storage/sqlite/sqlite_db.hpp"

namespace serai::storage {
namespace {

constexpr const char* kInMemory = ":memory:";

// The error with the path and the remedy.
Error explain(Error error, const std::string& path, const std::string& directory) {
  if (error.code == Errc::data_loss) {
    error.detail = path +
                   " is damaged or not a database: restore it from a backup, or move it away (" +
                   error.detail + ")";
    return error;
  }
  const bool is_locked = ::access(directory.c_str(), W_OK) != 0 ||
                         (::access(path.c_str(), F_OK) == 0 && ::access(path.c_str(), W_OK) != 0);
  if (is_locked) return cannot_write(directory, error.detail);
  error.detail = path + ": " + error.detail;
  return error;
}

}  // namespace

SqliteDatabase::SqliteDatabase(std::string data_dir, std::uint32_t cache_kb)
    : directory_(std::move(data_dir)),
      path_(directory_.empty() ? kInMemory : directory_ + "/" + kDatabaseFile),
      cache_kb_(cache_kb) {}

Result<std::unique_ptr<Db>> SqliteDatabase::open_writer() {
  if (!directory_.empty() && lock_ == nullptr) {
    auto locked = DataDir::open(directory_);
    if (!locked) return locked.error();
    lock_ = *std::move(locked);
  }
  auto opened = SqliteDb::open({.path = path_, .create = create_, .cache_kb = cache_kb_});
  if (!opened) {
    return directory_.empty() ? opened.error() : explain(opened.error(), path_, directory_);
  }
  // A database file that has disappeared must be put back, so no later opening creates a new one.
  create_ = directory_.empty();
  return std::unique_ptr<Db>(*std::move(opened));
}

Result<std::unique_ptr<Db>> SqliteDatabase::open_reader() {
  if (::access(path_.c_str(), F_OK) != 0) {
    return Error{
        Errc::not_found,
        "there is no database " + path_ + ": start the host or run `host migrate up` to make it"};
  }
  auto opened = SqliteDb::open({.path = path_, .read_only = true});
  if (!opened) return Error{opened.error().code, path_ + ": " + opened.error().detail};
  return std::unique_ptr<Db>(*std::move(opened));
}

}  // namespace serai::storage
