// HostAdminView: answers operators' requests about the whole host, and updates its gauges before
// each answer of /metrics.
//
// Thread  any but a shard's, because some answers wait for all shards. sample(): one call at a
//         time.
// Owner   the host; borrows its parts, which outlive it.
#pragma once

#include <atomic>
#include <functional>
#include <set>
#include <string>

#include "app/live_settings.hpp"
#include "app/player_admin.hpp"
#include "base/clock.hpp"
#include "net/listener.hpp"
#include "ops/prometheus_metrics.hpp"
#include "ports/admin.hpp"
#include "rehearsal/refused.hpp"
#include "runtime/runtime.hpp"
#include "session/layer.hpp"
#include "storage/sql_store.hpp"
#include "swap/swap_engine.hpp"

namespace serai::app {

struct HostAdminParts {
  const std::string& node;
  LiveSettings& settings;
  const Clock& clock;
  ops::PrometheusMetrics& metrics;
  runtime::Shards& shards;
  storage::SqlStore& store;
  runtime::Runtime& runtime;
  session::SessionLayer& sessions;
  net::Listener& listener;
  swap::SwapEngine& releases;
  std::function<Result<std::string>()> reload;  // the same as on SIGHUP
  Log log;
  rehearsal::RefusedPlaces refused;
};

class HostAdminView final : public HostAdmin {
 public:
  explicit HostAdminView(HostAdminParts parts);

  void set_ready(bool ready) { ready_ = ready; }
  void sample();  // updates the gauges

  std::string status() const override;
  std::string matches() const override;
  std::string sessions() const override;
  std::string timers() const override;
  std::string config(bool with_origin) const override;
  Result<std::string> set_config(const std::string& key, const std::string& value) override;
  Result<std::string> reload() override { return parts_.reload(); }
  Result<std::string> back_up(const std::string& file) override;
  Result<std::string> ledger_audit() override;
  Result<std::string> ledger_history(const std::string& account,
                                     const std::string& before) override;
  Result<std::string> dump_match(const std::string& match, const std::string& folder) override;
  Result<std::string> fork_match(const std::string& folder) override;
  Result<std::string> export_player(const std::string& user_id, const std::string& file) override {
    return players_.export_player(user_id, file);
  }
  Result<std::string> import_player(const std::string& file) override {
    return players_.import_player(file);
  }
  Result<std::string> erase_player(const std::string& user_id) override {
    return players_.erase_player(user_id);
  }
  void set_unready(bool on) override { unready_ = on; }
  bool is_ready() const override { return ready_ && !unready_; }
  bool is_alive() const override;
  std::vector<DependencyHealth> dependencies() const override;

 private:
  DependencyHealth storage_health() const;
  void sample_modules();
  void sample_matches();

  HostAdminParts parts_;
  PlayerAdmin players_;
  std::int64_t started_ms_;
  std::atomic<bool> ready_{false};
  std::atomic<bool> unready_{false};
  // The series of the last sample(), by which it finds those of unloaded generations and removes
  // them.
  std::set<MetricLabels> modules_shown_;
  std::set<MetricLabels> matches_shown_;
};

}  // namespace serai::app
