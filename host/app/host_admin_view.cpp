#include "app/host_admin_view.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "app/match_dumps.hpp"
#include "app/version.hpp"
#include "base/parse_number.hpp"

namespace serai::app {
namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kStuckMs = 5'000;    // a shard whose loop has not run for this long is stuck
constexpr std::size_t kSessionsMax = 1000;  // more are counted, not listed
constexpr std::size_t kTimersMax = 1000;    // more are counted, not listed
constexpr std::chrono::seconds kPingMax{2};  // a database slower than this is not healthy

// Runs an answer of the store on the store's own thread, while the caller waits on its thread.
class InlineExecutor final : public Executor {
 public:
  void post(Work work) override { work(); }
};

// Lives as long as the process, because an answer may come after its caller has stopped waiting.
Executor& inline_executor() {
  static InlineExecutor executor;
  return executor;
}

constexpr char kMatchGauge[] = "serai_match_active";

// The figures that a probation compares, also shown to operators as gauges.
struct ModuleGauge {
  using Figures = const GenerationFigures&;
  const char* name;
  const char* help;
  std::uint64_t (*of)(Figures figures);
};
constexpr std::array kModuleGauges = {
    ModuleGauge{"serai_module_entities",
                "Live entities by module version.",
                [](ModuleGauge::Figures f) { return f.entities; }},
    ModuleGauge{"serai_module_calls",
                "Handler calls since it was loaded.",
                [](ModuleGauge::Figures f) { return f.calls; }},
    ModuleGauge{"serai_module_failures",
                "Handler failures that are the module's.",
                [](ModuleGauge::Figures f) { return f.failures; }},
    ModuleGauge{"serai_module_overruns",
                "Handlers over their budget.",
                [](ModuleGauge::Figures f) { return f.overruns; }},
    ModuleGauge{"serai_module_late_ticks",
                "Ticks due while the one before still waited.",
                [](ModuleGauge::Figures f) { return f.late_ticks; }},
    ModuleGauge{"serai_module_refusals",
                "Handlers that ended with an error that is not the module's fault.",
                [](ModuleGauge::Figures f) { return f.refusals; }},
    ModuleGauge{"serai_module_unreadable",
                "Entities that could not be opened from their records.",
                [](ModuleGauge::Figures f) { return f.unreadable; }},
    ModuleGauge{"serai_module_busy_microseconds",
                "Time inside handlers.",
                [](ModuleGauge::Figures f) { return f.busy_us; }},
    ModuleGauge{"serai_module_p50_microseconds",
                "Half of its handler runs took less; rounded up to a power of two.",
                [](ModuleGauge::Figures f) { return latency_us(f.latency, 0.5); }},
    ModuleGauge{"serai_module_p99_microseconds",
                "99 of 100 handler runs took less; rounded up to a power of two.",
                [](ModuleGauge::Figures f) { return latency_us(f.latency, 0.99); }},
};

MetricLabels code_labels(const GenerationFigures& figures) {
  return {{"module", figures.module},
          {"module_version", figures.version},
          {"generation", std::to_string(figures.generation)}};
}

constexpr std::uint32_t kHistoryPage = 100;  // transfers in one answer

std::string text(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

HostAdminView::HostAdminView(HostAdminParts parts)
    : parts_(std::move(parts)),
      players_(parts_.store, parts_.runtime, parts_.sessions, parts_.shards, parts_.log),
      started_ms_(parts_.clock.now_ms()) {}

std::string HostAdminView::status() const {
  ordered_json modules = ordered_json::array();
  std::set<std::uint64_t> running;
  for (const RunningModule& module : parts_.releases.modules()) {
    modules.push_back(
        {{"name", module.name}, {"version", module.version}, {"generation", module.generation}});
    running.insert(module.generation);
  }
  // The other loaded modules: new code of a swap under way, or former code that still serves or is
  // kept for a rollback.
  ordered_json also_loaded = ordered_json::array();
  for (const GenerationFigures& figures : parts_.runtime.figures()) {
    if (running.contains(figures.generation)) continue;
    also_loaded.push_back({{"name", figures.module},
                           {"version", figures.version},
                           {"generation", figures.generation},
                           {"entities", figures.entities}});
  }
  const net::ListenerCounts counts = parts_.listener.counts();
  return text({{"node", parts_.node},
               {"version", kVersion},
               {"pid", ::getpid()},
               {"uptime_s", (parts_.clock.now_ms() - started_ms_) / 1000},
               {"ready", is_ready()},
               {"draining", unready_.load()},
               {"shards", parts_.shards.count()},
               {"entities", parts_.runtime.entity_count()},
               {"connections", counts.connections},
               {"sockets", counts.sockets},
               {"release", parts_.releases.release()},
               {"modules", std::move(modules)},
               {"also_loaded", std::move(also_loaded)}});
}

Result<std::string> HostAdminView::back_up(const std::string& file) {
  if (!file.starts_with('/')) {
    return Error{Errc::invalid_argument, "the path of the backup must be absolute"};
  }
  const std::int64_t began_us = parts_.clock.steady_us();
  const auto copied = parts_.store.back_up(file);
  if (!copied) return copied.error();
  return text({{"file", file},
               {"entities", copied->entities},
               {"users", copied->users},
               {"objects", copied->objects},
               {"transfers", copied->transfers},
               {"rows", copied->all},
               {"seconds", static_cast<double>(parts_.clock.steady_us() - began_us) / 1e6}});
}

Result<std::string> HostAdminView::ledger_audit() {
  const auto audit = parts_.store.audit_report();
  if (!audit) return audit.error();
  ordered_json faults = ordered_json::array();
  for (const storage::LedgerFault& fault : audit->faults) {
    faults.push_back({{"rule", fault.rule}, {"name", fault.name}, {"detail", fault.detail}});
  }
  return text({{"accounts", audit->accounts},
               {"transfers", audit->transfers},
               {"entries", audit->entries},
               {"faults", std::move(faults)}});
}

Result<std::string> HostAdminView::ledger_history(const std::string& account,
                                                  const std::string& before) {
  const auto number = before.empty() ? INT64_MAX : parse_number<std::int64_t>(before);
  if (account.empty() || !number) {
    return Error{
        Errc::invalid_argument,
        account.empty() ? "the account is missing" : "\"before\" must be the number of a transfer"};
  }
  const auto history = parts_.store.ledger_history(account, *number, kHistoryPage);
  if (!history) return history.error();
  ordered_json lines = ordered_json::array();
  for (const storage::LedgerLine& line : history->lines) {
    lines.push_back({{"transfer", line.transfer},
                     {"time_ms", line.time_ms},
                     {"delta", line.delta},
                     {"reason", line.reason},
                     {"idem_key", line.idem_key}});
  }
  ordered_json page = {
      {"account", account}, {"balance", history->balance}, {"transfers", std::move(lines)}};
  if (history->lines.size() == kHistoryPage) page["before"] = history->lines.back().transfer;
  return text(page);
}

Result<std::string> HostAdminView::dump_match(const std::string& match, const std::string& folder) {
  const auto messages = app::dump_match(parts_.runtime, match, folder);
  if (!messages) return messages.error();
  return text({{"match_id", match}, {"folder", folder}, {"messages", *messages}});
}

Result<std::string> HostAdminView::fork_match(const std::string& folder) {
  const auto match = app::fork_match(parts_.runtime, parts_.store, folder);
  if (!match) return match.error();
  return text({{"match_id", match->text()}});
}

std::string HostAdminView::matches() const {
  ordered_json list = ordered_json::array();
  const runtime::AllMatches all = parts_.runtime.all_matches();
  for (const MatchListing& match : all.matches) {
    list.push_back({{"match_id", match.match.text()},
                    {"kind", match.handler_name},
                    {"label", match.label},
                    {"players", match.size},
                    {"tick_hz", match.tick_rate},
                    {"module", match.module},
                    {"module_version", match.module_version},
                    {"generation", match.generation},
                    {"create_ms", match.create_ms}});
  }
  const std::size_t count = list.size();
  return text(
      {{"count", count},
       {"shards_missing", all.shards_missing},  // gave no answer in time; their matches are missing
       {"matches", std::move(list)}});
}

std::string HostAdminView::sessions() const {
  const net::ListenerCounts counts = parts_.listener.counts();
  const session::OpenSessions open = parts_.sessions.open(kSessionsMax);
  ordered_json list = ordered_json::array();
  for (const session::OpenSession& session : open.listed) {
    list.push_back({{"user_id", session.user_id.text()},
                    {"session_id", session.session_id.text()},
                    {"shard", session.shard},
                    {"since_ms", session.since_ms},
                    {"parked", session.is_parked}});
  }
  return text({{"node", parts_.node},
               {"connections", counts.connections},
               {"sockets", counts.sockets},
               {"count", open.count},
               {"parked", open.parked},                    // of these; their connections broke
               {"more", open.count - open.listed.size()},  // not listed here
               {"shards_missing", open.shards_missing},    // gave no answer in time; not included
               {"sessions", std::move(list)}});
}

std::string HostAdminView::timers() const {
  const std::int64_t now_ms = parts_.clock.now_ms();
  const runtime::WaitingTimers all = parts_.runtime.waiting_timers(kTimersMax);
  ordered_json list = ordered_json::array();
  for (const runtime::WaitingTimer& timer : all.first) {
    list.push_back({{"module", timer.module},
                    {"kind", timer.entity.kind},
                    {"key", timer.entity.key},
                    {"timer", timer.id},
                    {"handler", timer.handler},
                    {"due_ms", timer.due_ms},
                    {"due_in_ms", timer.due_ms - now_ms},
                    {"tries", timer.tries},
                    {"error", timer.error}});
  }
  return text({{"count", all.count},
               {"failed", all.failed},                  // at least once; they come first
               {"more", all.count - all.first.size()},  // not listed here
               {"shards_missing", all.shards_missing},  // gave no answer in time; not included
               {"timers", std::move(list)}});
}

std::string HostAdminView::config(bool with_origin) const {
  return parts_.settings.to_json(with_origin);
}

Result<std::string> HostAdminView::set_config(const std::string& key, const std::string& value) {
  if (auto done = parts_.settings.set(key, value); !done) return done.error();
  return text({{"key", key}, {"value", parts_.settings.shown(key)}});
}

bool HostAdminView::is_alive() const { return parts_.runtime.stuck_shards(kStuckMs) == 0; }

DependencyHealth HostAdminView::storage_health() const {
  // Shared with the answer, which may come after this thread has stopped waiting.
  auto answered = std::make_shared<std::promise<Result<>>>();
  auto outcome = answered->get_future();
  parts_.store.ping(inline_executor(),
                    [answered](Result<> result) { answered->set_value(std::move(result)); });
  if (outcome.wait_for(kPingMax) != std::future_status::ready) {
    return {"storage", false, "no answer within 2 s"};
  }
  const Result<> result = outcome.get();
  return {"storage", result.ok(), result.ok() ? "" : result.error().detail};
}

std::vector<DependencyHealth> HostAdminView::dependencies() const {
  std::vector<DependencyHealth> all;
  all.push_back(storage_health());
  const std::uint32_t stuck = parts_.runtime.stuck_shards(kStuckMs);
  all.push_back({"shards", stuck == 0, std::to_string(stuck) + " of them are stuck"});
  const bool loaded = !parts_.releases.release().empty();
  all.push_back({"release", loaded, "none is loaded"});
  return all;
}

void HostAdminView::sample() {
  Metrics& metrics = parts_.metrics;
  metrics.gauge("serai_entities", "Entities in memory.")
      .set(static_cast<double>(parts_.runtime.entity_count()));
  const std::uint32_t stuck = parts_.runtime.stuck_shards(kStuckMs);
  metrics.gauge("serai_shards_stuck", "Shards whose loop has not run for 5 s.").set(stuck);
  const auto refused = rehearsal::count_refused(parts_.refused);
  metrics.gauge("serai_swap_refused_saved", "Refused swaps that are saved for their authors.")
      .set(static_cast<double>(refused.count));
  metrics.gauge("serai_swap_refused_saved_bytes", "Bytes of saved refusals, with their states.")
      .set(static_cast<double>(refused.bytes));
  sample_modules();
  sample_matches();
}

void HostAdminView::sample_modules() {
  std::set<MetricLabels> shown;
  for (const GenerationFigures& figures : parts_.runtime.figures()) {
    const MetricLabels labels = code_labels(figures);
    for (const ModuleGauge& gauge : kModuleGauges) {
      parts_.metrics.gauge(gauge.name, gauge.help, labels)
          .set(static_cast<double>(gauge.of(figures)));
    }
    shown.insert(labels);
  }
  for (const MetricLabels& labels : modules_shown_) {
    if (shown.contains(labels)) continue;
    for (const ModuleGauge& gauge : kModuleGauges) parts_.metrics.remove_gauge(gauge.name, labels);
  }
  modules_shown_ = std::move(shown);
}

void HostAdminView::sample_matches() {
  const runtime::AllMatches all = parts_.runtime.all_matches();
  if (all.shards_missing != 0) return;  // the gauges keep the last full count
  std::set<std::string> generations;
  for (const GenerationFigures& figures : parts_.runtime.figures()) {
    generations.insert(std::to_string(figures.generation));
  }
  // The gauge of a kind whose last match has ended is zero, and stays as long as the code of the
  // kind is loaded.
  std::map<MetricLabels, double> counts;
  for (const MetricLabels& labels : matches_shown_) {
    const bool there = generations.contains(labels.back().second);
    if (there) counts[labels] = 0;
    if (!there) parts_.metrics.remove_gauge(kMatchGauge, labels);
  }
  for (const MatchListing& match : all.matches) {
    ++counts[{{"kind", match.handler_name},
              {"module", match.module},
              {"module_version", match.module_version},
              {"generation", std::to_string(match.generation)}}];
  }
  matches_shown_.clear();
  for (const auto& [labels, count] : counts) {
    parts_.metrics.gauge(kMatchGauge, "Authoritative matches.", labels).set(count);
    matches_shown_.insert(labels);
  }
}

}  // namespace serai::app
