#include "sim_host.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>

#include "violation.hpp"

namespace serai::sim {
namespace {

constexpr std::int64_t kStepMs = 25;

std::string print(const LogField& field) {
  struct Printer {
    std::string operator()(std::string_view text) const { return std::string(text); }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return std::to_string(number); }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  };
  return " " + std::string(field.name) + "=" + std::visit(Printer{}, field.value);
}

}  // namespace

void SimLog::write(LogLevel level, std::string_view event, std::span<const LogField> fields) {
  std::string line(event);
  for (const LogField& field : fields) line += print(field);
  if (level >= LogLevel::error) errors.push_back(line);
  add(std::move(line));
}

void SimLog::add(std::string line) {
  lines.push_back(std::move(line));
  if (lines.size() > lines_kept) lines.pop_front();
}

SimHost::ManualShards::ManualShards(const Clock& clock) {
  for (std::uint32_t i = 0; i < kShards; ++i)
    all.push_back(std::make_unique<runtime::Shard>(i, clock));
}

std::optional<std::string> SimHost::Config::get(std::string_view module,
                                                std::string_view key) const {
  // Lobbies end after 40 s, so that a player without an opponent does not wait for five minutes.
  if (module == "battle" && key == "lobby_ms") return "40000";
  return std::nullopt;
}

SimHost::SimHost(std::string folder, ModuleShelf& shelf, Chance& chance, std::uint64_t seed)
    : folder_(std::move(folder)), shelf_(shelf), chance_(chance), seed_(seed) {}

SimHost::~SimHost() {
  if (store_) crash();
}

storage::DbFailure SimHost::sql_fault() {
  using enum storage::DbFailure;
  if (disk.dead) return away;
  if (disk.fails_after < 0) return none;
  if (disk.fails_after > 0) {
    --disk.fails_after;
    return none;
  }
  if (disk.fails_for-- > 0) return away;
  disk.fails_after = -1;
  return none;
}

void SimHost::open_store() {
  storage::StoreOptions options;
  options.data_dir = folder_;
  options.clock = &clock;
  options.log = Log(log);
  options.manual = true;
  options.fault = [this](std::string_view) { return sql_fault(); };
  auto opened = storage::SqlStore::open(std::move(options));
  require(opened.ok(), "the database opens again: " + (opened ? "" : opened.error().detail));
  store_ = *std::move(opened);
}

void SimHost::build_parts() {
  runtime::RuntimeOptions options;
  options.seed = seed_;
  options.migrate_slice_us = 0;  // one entity a turn, so that other work runs between the moves
  options.pump = [this] {
    if (meanwhile) meanwhile();
    if (!turn()) clock.advance_ms(1);
  };
  runtime_ = std::make_unique<runtime::Runtime>(runtime::Environment{
      *shards_, *store_, *store_, clock, config_, Log(log), no_metrics(), options});
  session::SessionOptions session;
  session.token_expiry = std::chrono::hours(24 * 365);
  session.hash_threads = 1;
  sessions_ = std::make_unique<session::SessionLayer>(
      session, *shards_, *store_, clock, Log(log), no_metrics(), codec_, *runtime_);
  runtime_->set_streams(
      [this](std::uint32_t shard) -> Streams& { return sessions_->streams(shard); });
  start_sessions();
  for (std::uint32_t i = 0; i < kShards; ++i) {
    IdentityService& identity = sessions_->identity(i);
    Sessions& sessions = sessions_->sessions(i);
    auto plane = std::make_unique<Plane>();
    plane->rest = std::make_unique<protocol::RestApi>(protocol::RestApiPorts{identity,
                                                                             *runtime_,
                                                                             sessions,
                                                                             *store_,
                                                                             *store_,
                                                                             *store_,
                                                                             shard(i),
                                                                             clock,
                                                                             no_metrics(),
                                                                             Log(log)},
                                                      protocol::RestApiOptions{});
    plane->sockets = std::make_unique<protocol::SocketProtocol>(
        protocol::SocketPorts{identity, *runtime_, sessions, clock, no_metrics(), Log(log), i},
        protocol::SocketOptions{});
    planes_.push_back(std::move(plane));
  }
}

// start() blocks until the store has answered. This store answers only when it is pumped, so
// another thread pumps it. The order of the two threads is random, but the store is always pumped
// to the end.
void SimHost::start_sessions() {
  std::atomic<bool> started{false};
  std::thread disk_thread([this, &started] {
    while (!started) store_->pump();
    while (store_->pump()) {
    }
  });
  const Result<> done = sessions_->start();
  started = true;
  disk_thread.join();
  require(done.ok(), "sessions start on a sound disk");
}

bool SimHost::start(Versions versions, Versions attempted) {
  disk = {};
  shards_ = std::make_unique<ManualShards>(clock);
  open_store();
  build_parts();
  versions_ = versions;
  const Result<> installed = runtime_->install(shelf_.load_all(versions, *runtime_));
  require(installed.ok(), "the modules install");
  Result<> read = success();
  if (!(attempted == versions)) {
    read = runtime_->read_with(shelf_.load_changed(versions, attempted, *runtime_));
    retire();
  }
  require(read.ok() || read.error().kind == ErrorKind::export_failed,
          "the states stored during a probation can be read");
  const Result<> started = runtime_->start();
  require(started.ok(), "the runtime starts on a sound disk");
  return read.ok();
}

void SimHost::shut_down() {
  runtime_->stop();
  for (bool worked = true; worked;) worked = store_->pump() || turn();
  require(store_->flush().ok(), "an orderly stop writes everything");
}

void SimHost::close() {
  planes_.clear();
  sessions_.reset();
  runtime_.reset();
  store_.reset();
  shards_.reset();
}

void SimHost::crash() {
  disk.dead = true;
  close();
}

bool SimHost::turn() {
  std::array<std::uint32_t, kShards> order{};
  std::iota(order.begin(), order.end(), 0U);
  for (std::uint32_t i = kShards - 1; i > 0; --i) {
    std::swap(order[i], order[chance_.number() % (i + 1)]);
  }
  bool ran = chance_.percent(70) && store_->pump();
  for (const std::uint32_t index : order) ran |= shard(index).run_ready();
  return ran || store_->pump();
}

void SimHost::run_due() {
  while (turn()) {
  }
}

void SimHost::advance(std::int64_t ms) {
  for (; ms > 0; ms -= kStepMs) {
    clock.advance_ms(std::min(kStepMs, ms));
    run_due();
  }
}

Result<MoveReport> SimHost::swap(Versions to, abi::MovePolicy policy) {
  auto report = runtime_->switch_to(shelf_.load_changed(versions_, to, *runtime_, policy));
  if (report) {
    former_ = versions_;
    versions_ = to;
  }
  return report;
}

Result<MoveReport> SimHost::swap_back() {
  auto report = runtime_->switch_back();
  if (report) {
    versions_ = former_;
    retire();
  }
  return report;
}

}  // namespace serai::sim
