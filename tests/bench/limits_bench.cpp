// bench_limits: what the disk and the database alone reach, for comparison with the transfers of
// tests/bench/run. Prints one line of JSON for each figure, per second of wall clock.
//
//   bench_limits directory | postgresql://...
//
// The directory is SQLite's, and must be on the disk that the host uses. The transfers are written
// by the host's own SQL, in one thread without a queue, an account or an answer.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include "base/fd.hpp"
#include "postgres/postgres_database.hpp"
#include "storage/migrations.hpp"
#include "storage/sqlite/sqlite_database.hpp"
#include "storage/unit_sql.hpp"

using namespace serai;

namespace {

constexpr double kSeconds = 3;
constexpr int kAccounts = 100'000;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

// Repeats `work`, which returns the number of things that it has done.
void measure(const char* name, const std::function<int()>& work) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  double wall = 0;
  std::int64_t count = 0;
  while (wall < kSeconds) {
    count += work();
    wall = std::chrono::duration<double>(Clock::now() - began).count();
  }
  std::printf("{\"what\":\"%s\",\"per_second\":%.0f}\n", name, static_cast<double>(count) / wall);
  std::fflush(stdout);
}

void measure_fsync(const std::string& directory) {
  const std::string path = directory + "/bench_limits.tmp";
  const Fd file(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
  const std::string block(4'096, 'x');
  measure("fdatasync after 4 KiB appended", [&] {
    if (::write(file.get(), block.data(), block.size()) < 0 || ::fdatasync(file.get()) != 0) {
      give_up("cannot write " + path);
    }
    return 1;
  });
  ::unlink(path.c_str());
}

void commit(storage::Db& db, std::uint64_t& batch, const std::function<void()>& work) {
  db.begin_batch(++batch);
  work();
  db.commit();
  if (db.failed()) give_up(db.error().detail);
}

void measure_sql(storage::Db& db) {
  std::uint64_t batch = 0;
  measure("commits with one changed row, one after the other", [&] {
    commit(db, batch, [&] {
      storage::Query(db,
                     "INSERT INTO facts(name, value) VALUES('bench', ?) "
                     "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                     storage::Bytes{std::to_string(batch)})
          .run();
    });
    return 1;
  });
  std::minstd_rand random(1);
  std::uint64_t next_transfer = 1;
  for (const int size : {64, 1'000, 2'500}) {
    const std::string name =
        "transfers, " + std::to_string(size) + " in a commit, by the host's SQL in a bare loop";
    measure(name.c_str(), [&] {
      std::vector<storage::UnitPart> parts(static_cast<std::size_t>(size));
      std::uint64_t key = next_transfer;
      for (storage::UnitPart& part : parts) {
        LedgerTransfer& transfer = part.transfers.emplace_back();
        transfer.idem_key = "bench-" + std::to_string(key++);
        transfer.reason = "bench";
        transfer.entries = {{"bank:" + std::to_string(random() % kAccounts), -1, true},
                            {"bank:" + std::to_string(random() % kAccounts), 1, true}};
        if (transfer.entries[0].account == transfer.entries[1].account) {
          transfer.entries[1].account = "sink";
        }
      }
      commit(db, batch, [&] { storage::write_parts(db, parts, 0, next_transfer); });
      return size;
    });
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) give_up("bench_limits directory | postgresql://...");
  const std::string place = argv[1];
  std::unique_ptr<storage::Database> database;
  if (postgres::is_postgres_url(place)) {
    database =
        std::make_unique<postgres::PostgresDatabase>(postgres::PostgresOptions{place, {}, {}});
  } else {
    database = std::make_unique<storage::SqliteDatabase>(place);
  }
  auto db = database->open_writer();
  if (!db) give_up(db.error().detail);
  if (const auto schema = storage::migrate_to(**db, storage::newest_schema()); !schema) {
    give_up(schema.error().detail);
  }
  if (!postgres::is_postgres_url(place)) measure_fsync(place);
  measure_sql(**db);
  return 0;
}
