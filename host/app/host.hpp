// Host: builds the parts of the server and connects them. Parts are built in the order of the
// members and destroyed in the reverse order; each uses the earlier ones only through ports.
//
// Errors  start() returns the exit code and the reason. The destructor then stops the parts built
//         so far.
// Thread  all calls: the main thread; reload() also from the ops plane; stopping() from any.
// Owner   owns every part; borrows settings, log and metrics, which outlive it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/exit_code.hpp"
#include "app/host_admin_view.hpp"
#include "app/host_config.hpp"
#include "app/live_settings.hpp"
#include "app/module_files.hpp"
#include "app/shard_threads.hpp"
#include "app/swap_reporter.hpp"
#include "base/clock.hpp"
#include "ops/ops_server.hpp"
#include "ops/prometheus_metrics.hpp"
#include "protocol/realtime_codec.hpp"
#include "session/layer.hpp"
#include "storage/sql_store.hpp"
#include "swap/build_watch.hpp"

namespace serai::app {

class ClientPlane;

struct StartFailure {
  ExitCode exit = ExitCode::failed;
  std::string reason;
};

struct HostServices {
  const Clock& clock;
  LiveSettings& settings;
  ModuleFiles& module_files;
  ops::PrometheusMetrics& metrics;
  Log log;
};

class Host {
 public:
  Host(HostConfig config, HostServices services);
  ~Host();  // ends at once; call stop() first for an orderly shutdown
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Swaps in the module files in these folders whenever they are built. Call it before start().
  void watch(const std::vector<std::string>& folders, std::vector<std::string> allow_breaking);
  std::optional<StartFailure> start();  // none when the host serves
  std::string ready_line() const;

  // Orderly shutdown: stops accepting, sends the reason to clients, lets running calls end, writes
  // all data to the disk.
  void stop();
  // The step of the shutdown that stop() waits for, for the log. Any thread.
  const char* stopping() const { return stopping_; }
  // Reads the live keys, the module files, and the release that `current` points to. If one file is
  // wrong, the whole reload is refused and all values stay. The answer is JSON: the keys that
  // changed, the keys that keep the value of `ctl config set`, the keys that need a restart, the
  // release that serves, and the release that the link names.
  Result<std::string> reload(const std::string& trigger);
  // Applies the live keys that the sessions use. Any thread.
  void apply(const Settings& live);

 private:
  std::optional<StartFailure> open_store();
  std::optional<StartFailure> build_game();
  std::optional<StartFailure> load_release();
  std::optional<StartFailure> check_config_of_modules();
  std::optional<StartFailure> listen();
  std::optional<StartFailure> open_ops();
  Result<ReloadReport> reload_config();
  DeclaredSettings declared_settings() const;
  Result<> check_files_for(const DeclaredSettings& declared) const;
  std::string named_release() const;  // the release that the link names
  void close_clients();
  net::ShardHandlers handlers(std::uint32_t shard);

  HostConfig config_;
  HostServices use_;
  ShardThreads shards_;
  std::unique_ptr<storage::SqlStore> store_;
  std::unique_ptr<runtime::Runtime> runtime_;
  protocol::RealtimeCodec codec_;
  std::unique_ptr<session::SessionLayer> sessions_;
  std::vector<std::unique_ptr<ClientPlane>> planes_;  // by shard
  std::unique_ptr<net::Listener> listener_;
  ops::EventFeed feed_;
  SwapReporter swap_reporter_{feed_, use_.clock};
  std::unique_ptr<swap::BuildWatch> builds_;  // null without --watch; observes swaps
  std::unique_ptr<swap::SwapEngine> releases_;
  std::unique_ptr<HostAdminView> admin_;
  std::unique_ptr<ops::OpsServer> ops_;
  net::Endpoint client_endpoint_;
  std::atomic<const char*> stopping_{"nothing"};
  std::mutex reload_mutex_;  // one reload at a time
};

}  // namespace serai::app
