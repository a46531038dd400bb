#include "app/database_place.hpp"

#include "postgres/postgres_database.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace serai::app {

Result<DatabasePlace> database_place(const Settings& settings) {
  static constexpr std::string_view kSqlite = "sqlite:";
  const std::string& url = settings.text("storage.url");
  if (postgres::is_postgres_url(url)) {
    return DatabasePlace{settings.text("data.dir"), url, settings.text("storage.password")};
  }
  if (!url.starts_with(kSqlite)) {
    return settings.wrong("storage.url", "must begin with \"sqlite:\" or \"postgresql://\"");
  }
  const std::string directory = url.substr(kSqlite.size());
  return DatabasePlace{directory.empty() ? settings.text("data.dir") : directory, "", ""};
}

std::unique_ptr<storage::Database> make_database(const DatabasePlace& place) {
  if (place.url.empty()) return std::make_unique<storage::SqliteDatabase>(place.data_dir);
  return std::make_unique<postgres::PostgresDatabase>(
      postgres::PostgresOptions{place.url, place.password, place.data_dir});
}

}  // namespace serai::app
