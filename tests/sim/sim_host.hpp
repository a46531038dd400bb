// SimHost: the host's parts, wired as in host/app, with a clock and shards that the simulation
// drives.
//
// Errors  a failure that must never happen, such as a failed start on a sound disk, is a Violation.
// Thread  one, except for a moment in start_sessions().
// Owner   owns the parts from start() to close() or crash(). The disk, which is a folder, outlives
//         them.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "chance.hpp"
#include "module_shelf.hpp"
#include "protocol/realtime_codec.hpp"
#include "protocol/rest_api.hpp"
#include "protocol/socket_protocol.hpp"
#include "runtime/runtime.hpp"
#include "session/layer.hpp"
#include "storage/sql_store.hpp"

namespace serai::sim {

constexpr std::uint32_t kShards = 3;

// The faults of the disk, which let the database's statements fail.
struct Disk {
  bool dead = false;     // all statements fail, as in a crash
  int fails_after = -1;  // after so many more statements they begin to fail; -1: never
  int fails_for = 0;     // so many statements then fail
};

// Stores logged errors, and the last log lines for the report of a failure.
class SimLog final : public LogSink {
 public:
  static constexpr std::size_t kLastLines = 200;

  bool enabled(LogLevel level) const override { return level >= LogLevel::warn; }
  void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override;

  void add(std::string line);

  std::size_t lines_kept = kLastLines;
  std::deque<std::string> lines;
  std::vector<std::string> errors;
};

class SimHost {
 public:
  SimHost(std::string folder, ModuleShelf& shelf, Chance& chance, std::uint64_t seed);
  ~SimHost();
  SimHost(const SimHost&) = delete;
  SimHost& operator=(const SimHost&) = delete;

  // Starts with `versions`. `attempted` are the versions that were on probation when the host
  // crashed; the start reads the states that they stored. Returns false when only they can read
  // some of these.
  bool start(Versions versions, Versions attempted);
  void shut_down();  // stops in order, up to the last write; the store stays open
  void close();      // destroys the parts after shut_down()
  void crash();      // destroys them as in a power failure: data that is not on disk is lost

  bool turn();     // does a part of the work that is due; false: no work was due
  void run_due();  // works until no work is due
  void advance(std::int64_t ms);

  Result<MoveReport> swap(Versions to, abi::MovePolicy policy);
  Result<MoveReport> move_rest() { return runtime_->switch_rest(); }
  Result<MoveReport> swap_back();
  void retire() { runtime_->retire_former(); }
  void retire_drained() { runtime_->retire_drained(); }

  bool runs() const { return runtime_ != nullptr; }
  Versions versions() const { return versions_; }
  storage::SqlStore& store() { return *store_; }
  runtime::Shard& shard(std::uint32_t index) { return *shards_->all[index]; }
  protocol::RestApi& rest(std::uint32_t shard) { return *planes_[shard]->rest; }
  protocol::SocketProtocol& sockets(std::uint32_t shard) { return *planes_[shard]->sockets; }

  ManualClock clock;
  Disk disk;
  SimLog log;
  std::function<void()> meanwhile;  // called again and again while entities move; null: nothing

 private:
  struct ManualShards final : runtime::Shards {
    explicit ManualShards(const Clock& clock);
    std::uint32_t count() const override { return kShards; }
    runtime::Shard& at(std::uint32_t index) override { return *all[index]; }
    std::vector<std::unique_ptr<runtime::Shard>> all;
  };
  struct Config final : runtime::ModuleConfig {
    std::optional<std::string> get(std::string_view module, std::string_view key) const override;
  };
  struct Plane {
    std::unique_ptr<protocol::RestApi> rest;
    std::unique_ptr<protocol::SocketProtocol> sockets;
  };

  void open_store();
  void build_parts();
  void start_sessions();
  storage::DbFailure sql_fault();

  std::string folder_;
  ModuleShelf& shelf_;
  Chance& chance_;
  std::uint64_t seed_;
  Config config_;
  Versions versions_;
  Versions former_;

  std::unique_ptr<ManualShards> shards_;
  std::unique_ptr<storage::SqlStore> store_;
  std::unique_ptr<runtime::Runtime> runtime_;
  protocol::RealtimeCodec codec_;
  std::unique_ptr<session::SessionLayer> sessions_;
  std::vector<std::unique_ptr<Plane>> planes_;
};

}  // namespace serai::sim
