#include "app/host.hpp"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>

#include "app/client_plane.hpp"
#include "app/crash_file.hpp"
#include "app/operator_files.hpp"

namespace serai::app {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kCheckEvery{5};
constexpr std::string_view kStopReason = "server is shutting down";

StartFailure store_failure(const Error& error) {
  const ExitCode exit = error.code == Errc::unavailable           ? ExitCode::database_locked
                        : error.code == Errc::failed_precondition ? ExitCode::database_newer
                                                                  : ExitCode::database_broken;
  return {exit, error.detail};
}

StartFailure release_failure(const Error& error) {
  // The engine reads its facts from the database before it opens a module, so only the database can
  // be unavailable.
  return {error.code == Errc::unavailable ? ExitCode::database_broken : ExitCode::release,
          error.detail};
}

StartFailure listen_failure(const Error& error) {
  // Other errors are about the certificate or the address.
  return {error.code == Errc::unavailable ? ExitCode::port_taken : ExitCode::config, error.detail};
}

}  // namespace

Host::Host(HostConfig config, HostServices services)
    : config_(std::move(config)), use_(services), shards_(config_.shard_count, use_.clock) {}

Host::~Host() {
  ops_.reset();
  if (builds_) builds_->stop();
  if (releases_) releases_->stop();
  shards_.stop();
  if (sessions_) sessions_->destroy_resumable();
  if (store_) store_->close();
}

std::optional<StartFailure> Host::start() {
  use_.log.info("host.starting", {{"shards", config_.shard_count}, {"pid", ::getpid()}});
  auto crash = keep_crash_reports(config_.data_dir, use_.log);
  if (!crash) return StartFailure{ExitCode::database_broken, crash.error().detail};
  config_.swap.last_crash = std::move(crash->report);
  if (auto failed = open_store()) return failed;
  if (auto failed = build_game()) return failed;
  if (crash->timer) runtime_->count_crash(*crash->timer);
  shards_.start();
  if (auto failed = load_release()) return failed;
  if (auto failed = listen()) return failed;
  if (auto failed = open_ops()) return failed;
  if (auto watching = builds_ ? builds_->start() : success(); !watching) {
    return StartFailure{ExitCode::config, watching.error().detail};
  }
  admin_->set_ready(true);
  use_.log.info("host.started",
                {{"client", client_endpoint_.text()},
                 {"ops", ops_->endpoint()},
                 {"release", releases_->release()}});
  return std::nullopt;
}

std::optional<StartFailure> Host::open_store() {
  storage::StoreOptions options;
  options.clock = &use_.clock;
  options.log = use_.log;
  options.metrics = &use_.metrics;
  options.waiting = config_.waiting;
  options.retention = config_.retention;
  options.devices_max = config_.session.devices_max;
  auto opened = storage::SqlStore::open(std::move(options), make_database(config_.database));
  if (!opened) return store_failure(opened.error());
  store_ = *std::move(opened);
  return std::nullopt;
}

std::optional<StartFailure> Host::build_game() {
  runtime_ = std::make_unique<runtime::Runtime>(runtime::Environment{shards_,
                                                                     *store_,
                                                                     *store_,
                                                                     use_.clock,
                                                                     use_.module_files,
                                                                     use_.log,
                                                                     use_.metrics,
                                                                     config_.runtime});
  sessions_ = std::make_unique<session::SessionLayer>(
      config_.session, shards_, *store_, use_.clock, use_.log, use_.metrics, codec_, *runtime_);
  runtime_->set_streams(
      [this](std::uint32_t shard) -> Streams& { return sessions_->streams(shard); });
  if (auto started = sessions_->start(); !started) return store_failure(started.error());
  for (std::uint32_t i = 0; i < shards_.count(); ++i) {
    const protocol::RestApiPorts rest{sessions_->identity(i),
                                      *runtime_,
                                      sessions_->sessions(i),
                                      *store_,
                                      *store_,
                                      *store_,
                                      shards_.at(i),
                                      use_.clock,
                                      use_.metrics,
                                      use_.log};
    const protocol::SocketPorts socket{sessions_->identity(i),
                                       *runtime_,
                                       sessions_->sessions(i),
                                       use_.clock,
                                       use_.metrics,
                                       use_.log,
                                       i,
                                       &sessions_->resumes(i)};
    planes_.push_back(std::make_unique<ClientPlane>(rest, socket, config_));
  }
  return std::nullopt;
}

std::optional<StartFailure> Host::load_release() {
  std::vector<swap::SwapObserver*> observers{&swap_reporter_};
  if (builds_) observers.push_back(builds_.get());
  releases_ = std::make_unique<swap::SwapEngine>(
      swap::SwapEngine::Parts{
          *runtime_,
          *store_,
          *store_,
          use_.clock,
          use_.log,
          use_.metrics,
          observers,
          [this](const DeclaredSettings& declared) { return check_files_for(declared); }},
      config_.swap);
  if (auto started = releases_->start(); !started) return release_failure(started.error());
  if (auto wrong = check_config_of_modules()) return wrong;
  if (auto started = runtime_->start(); !started) return release_failure(started.error());
  releases_->serve();
  return std::nullopt;
}

DeclaredSettings Host::declared_settings() const {
  DeclaredSettings declared;
  for (RunningModule& module : releases_->modules()) {
    declared[module.name] = std::move(module.settings);
  }
  return declared;
}

// Checks the files on disk, which the next start would read.
Result<> Host::check_files_for(const DeclaredSettings& declared) const {
  auto files = use_.module_files.read();
  if (!files) return files.error();
  return check_module_files(*files, declared);
}

std::string Host::named_release() const {
  std::error_code ignored;
  return std::filesystem::canonical(config_.swap.release, ignored).filename().string();
}

// The files are checked after the release was loaded, because the modules' declarations are only
// known then. None of their handlers has run yet.
std::optional<StartFailure> Host::check_config_of_modules() {
  const ModuleFileSet files = use_.module_files.in_force();
  const DeclaredSettings declared = declared_settings();
  for (const std::string& path : files_without_module(files, declared)) {
    use_.log.warn("config.no_such_module", {{"file", path}});
  }
  auto right = check_module_files(files, declared);
  if (right) return std::nullopt;
  if (releases_->release() == named_release()) {
    return StartFailure{ExitCode::config, right.error().detail};
  }
  // The files are written for the release that the link names, but after a crash the host may serve
  // another one. It must start all the same, so a setting that is wrong for this release counts as
  // unset.
  use_.log.error("config.wrong", {{"reason", right.error().detail}});
  return std::nullopt;
}

net::ShardHandlers Host::handlers(std::uint32_t shard) { return planes_[shard]->handlers(); }

std::optional<StartFailure> Host::listen() {
  listener_ = std::make_unique<net::Listener>(
      shards_,
      config_.listener,
      [this](std::uint32_t shard) { return handlers(shard); },
      use_.log,
      use_.metrics);
  auto bound = listener_->start();
  if (!bound) return listen_failure(bound.error());
  client_endpoint_ = *bound;
  if (config_.development_keys_exposed) {
    use_.log.warn("config.development_keys_exposed", {{"client", client_endpoint_.text()}});
  }
  return std::nullopt;
}

std::optional<StartFailure> Host::open_ops() {
  ops::OpsOptions options = config_.ops;
  if (options.token.empty()) {
    auto token = open_admin_token(config_.data_dir);
    if (!token) return StartFailure{ExitCode::config, token.error().detail};
    options.token = *token;
  }
  admin_ =
      std::make_unique<HostAdminView>(HostAdminParts{config_.node,
                                                     use_.settings,
                                                     use_.clock,
                                                     use_.metrics,
                                                     shards_,
                                                     *store_,
                                                     *runtime_,
                                                     *sessions_,
                                                     *listener_,
                                                     *releases_,
                                                     [this] { return reload("admin"); },
                                                     use_.log,
                                                     {config_.swap.releases(), config_.swap.data}});
  use_.metrics.before_text([admin = admin_.get()] { admin->sample(); });
  auto opened = ops::OpsServer::open(
      std::move(options), {*admin_, *releases_, use_.metrics, feed_}, use_.log);
  if (!opened) return StartFailure{ExitCode::port_taken, opened.error().detail};
  ops_ = *std::move(opened);
  if (auto written = write_ops_address(config_.data_dir, ops_->endpoint()); !written) {
    return StartFailure{ExitCode::config, written.error().detail};
  }
  return std::nullopt;
}

std::string Host::ready_line() const {
  return nlohmann::ordered_json{{"ready", true},
                                {"client", client_endpoint_.text()},
                                {"ops", ops_->endpoint()},
                                {"release", releases_->release()},
                                {"pid", ::getpid()}}
      .dump();
}

void Host::watch(const std::vector<std::string>& folders, std::vector<std::string> allow_breaking) {
  if (folders.empty()) return;
  builds_ = std::make_unique<swap::BuildWatch>(
      swap::BuildWatch::Parts{config_.swap.release,
                              [this] { return releases_->release(); },
                              std::move(allow_breaking),
                              use_.log},
      std::vector<std::filesystem::path>(folders.begin(), folders.end()));
}

Result<ReloadReport> Host::reload_config() {
  const std::scoped_lock one_at_a_time(reload_mutex_);
  auto files = use_.module_files.read();
  if (!files) return files.error();
  const DeclaredSettings declared = declared_settings();
  if (auto right = check_module_files(*files, declared); !right) return right.error();
  auto report = use_.settings.reload();
  if (!report) return report;
  const auto changed = use_.module_files.adopt(*std::move(files));
  report->changed.insert(report->changed.end(), changed.begin(), changed.end());
  log_reload(*report, use_.log);
  return report;
}

Result<std::string> Host::reload(const std::string& trigger) {
  auto reloaded = reload_config();
  if (!reloaded) {
    use_.log.error("config.refused", {{"reason", reloaded.error().detail}});
    return reloaded.error();
  }
  releases_->request_reload(trigger);
  return nlohmann::ordered_json{{"changed", reloaded->changed},
                                {"kept", reloaded->overridden},
                                {"needs_restart", reloaded->needs_restart},
                                {"serving", releases_->release()},
                                {"current", named_release()}}
      .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void Host::apply(const Settings& live) {
  if (sessions_) {
    sessions_->set_resume_ms(static_cast<std::uint32_t>(live.integer("session.resume_ms")));
  }
}

void Host::close_clients() {
  listener_->stop_accepting();
  sessions_->end_parked();
  listener_->close_all(kStopReason);
  const auto give_up = Steady::now() + config_.shutdown_grace;
  while (listener_->counts().connections != 0 && Steady::now() < give_up) {
    std::this_thread::sleep_for(kCheckEvery);
  }
  const std::uint64_t left = listener_->counts().connections;
  if (left == 0) return;
  use_.log.warn("host.connections_cut", {{"connections", left}});
  listener_->close_all(kStopReason);  // sends the reason to clients that still wait
}

void Host::stop() {
  use_.log.info("host.stopping", {{"connections", listener_->counts().connections}});
  admin_->set_ready(false);
  stopping_ = "builds";
  if (builds_) builds_->stop();
  stopping_ = "clients";
  close_clients();
  stopping_ = "the release";
  // A release on probation is rolled back while the shards still run.
  releases_->stop();
  stopping_ = "the runtime";
  runtime_->stop();
  stopping_ = "the disk";
  if (auto flushed = store_->flush(); !flushed) {
    use_.log.error("host.flush_failed", {{"reason", flushed.error().detail}});
  }
  use_.metrics.before_text({});
  stopping_ = "the ops plane";
  ops_.reset();
  stopping_ = "the shards";
  shards_.stop();
  stopping_ = "the store";
  store_->close();
  use_.log.info("host.stopped");
}

}  // namespace serai::app
