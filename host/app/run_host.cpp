#include "app/run_host.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "app/host.hpp"
#include "app/signals.hpp"
#include "app/stop_watchdog.hpp"
#include "base/protobuf_log.hpp"
#include "ops/json_log.hpp"
#include "storage/sqlite/sqlite_log.hpp"

namespace serai::app {
namespace {

ExitCode report(Log log, const StartFailure& failure) {
  log.fatal("host.start_failed",
            {{"exit_code", static_cast<int>(failure.exit)}, {"reason", failure.reason}});
  return failure.exit;
}

Result<> apply_live(const Settings& settings, ops::JsonLog& log, ModuleFiles& files, Host& host) {
  const auto level = ops::parse_log_level(settings.text("log.level"));
  if (!level) {
    return Error{Errc::invalid_argument,
                 "log.level must be trace, debug, info, warn, error or fatal"};
  }
  files.take_features(settings);
  log.set_level(*level);
  host.apply(settings);
  return success();
}

// Ends the process without waiting for anything that may hang, such as the thread of the host's
// log. The last line therefore has a log of its own, whose destructor writes it.
[[noreturn]] void force_end(const Host& host, const std::string& node, const Clock& clock) {
  {
    ops::JsonLog last({.node = node}, clock);
    Log(last).fatal("host.stop_forced", {{"waiting_for", host.stopping()}});
  }
  ::_exit(static_cast<int>(ExitCode::stop_forced));
}

// Prints the ready line and serves until SIGTERM or SIGINT.
void serve(Host& host) {
  std::printf("%s\n", host.ready_line().c_str());
  std::fflush(stdout);
  while (Signals::next() == HostSignal::reload) {
    // A refused reload is logged, and changes nothing.
    static_cast<void>(host.reload("SIGHUP"));
  }
  Signals::stop_at_once();
}

}  // namespace

ExitCode run_host(const Invocation& invocation) {
  const SystemClock clock;
  ops::JsonLog sink({.node = "serai"}, clock);
  const SettingSources sources = setting_sources(invocation);
  auto settings = Settings::load(sources);
  if (!settings) return report(Log(sink), {ExitCode::config, settings.error().detail});
  if (!invocation.line.watch.empty() && sources.profile != kDevelopment) {
    return report(Log(sink), {ExitCode::config, "--watch is for the development profile"});
  }
  auto config = HostConfig::make(*settings, sources.profile);
  if (!config) return report(Log(sink), {ExitCode::config, config.error().detail});

  const std::string node = config->node;
  const auto stop_max = config->shutdown_grace + config->shutdown_force;
  ops::JsonLog log({.level = config->log_level, .node = node}, clock);
  const ProtobufLog protobuf_lines{Log(log)};
  if (auto logged = storage::log_sqlite_lines(Log(log)); !logged) {
    return report(Log(log), {ExitCode::failed, logged.error().detail});
  }
  ops::PrometheusMetrics metrics;
  ModuleFiles files(module_folder(sources));
  auto read = files.read();
  if (!read) return report(Log(log), {ExitCode::config, read.error().detail});
  files.adopt(*std::move(read));
  files.take_features(*settings);
  LiveSettings live(sources, *std::move(settings));

  StopWatchdog watchdog;  // watches the host's destructor too
  Host host(*std::move(config), {clock, live, files, metrics, Log(log)});
  live.observe([&](const Settings& next) { return apply_live(next, log, files, host); });
  host.watch(invocation.line.watch, invocation.line.allow_breaking);
  if (const auto failure = host.start()) return report(Log(log), *failure);
  serve(host);
  watchdog.start(stop_max, [&] { force_end(host, node, clock); });
  host.stop();
  return ExitCode::ok;
}

}  // namespace serai::app
