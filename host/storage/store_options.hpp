// StoreOptions: the options of SqlStore::open().
//
// Units   in the type or the name; caches in KiB.
// Thread  plain values.
// Owner   borrows clock, metrics and the sink of the log, which outlive the store.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "storage/db.hpp"
#include "storage/retention.hpp"
#include "storage/waiting_writes.hpp"

namespace serai::storage {

struct StoreOptions {
  std::string data_dir;  // of SQLite; made when missing; may be empty with `manual`: in memory
  const Clock* clock = nullptr;  // must be given
  Log log;
  Metrics* metrics = nullptr;                      // null: not measured
  std::chrono::microseconds commit_window{2'000};  // how long a finished unit waits for others
  std::uint32_t batch_max = 4'096;  // this many waiting commands or writes end the window at once
  std::size_t batch_bytes_max = std::size_t{4} << 20;  // of one commit; a larger unit goes alone
  std::uint32_t readers = 2;                           // threads, each with a connection
  std::uint32_t cache_kb = 65'536;                     // the writer's page cache, taken as needed
  Retention retention;
  WaitingLimits waiting;           // limits of players' writes that wait for the disk
  std::uint64_t devices_max = 16;  // that one account may have
  bool manual = false;             // no threads: everything happens inside pump() and flush()
  SqlFault fault{};                // tests: makes statements of the writer fail
};

}  // namespace serai::storage
