// LiveSettings: the settings of a running host. Live keys change at once, all others with the next
// start.
//
// Errors  set(), reload(): failed_precondition for a key that is not live, invalid_argument as
//         Settings.
// Thread  any; observers are called by the thread that made the change, one change at a time.
// Owner   the host.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/log.hpp"

namespace serai::app {

// The keys in which the files and the running host differed, by what the reload did with them.
struct ReloadReport {
  std::vector<std::string> changed;
  std::vector<std::string> overridden;     // changed by set() since the start: kept
  std::vector<std::string> needs_restart;  // not live
};

class LiveSettings {
 public:
  // Called with the new settings when live keys change. If it returns an error, the change is
  // refused.
  using Observer = std::function<Result<>(const Settings&)>;

  LiveSettings(SettingSources sources, Settings settings)
      : sources_(std::move(sources)), settings_(std::move(settings)) {}

  void observe(Observer observer) { observer_ = std::move(observer); }  // before threads start

  std::string to_json(bool with_origin) const;
  std::string shown(const std::string& name) const;  // empty when unset; secrets are hidden
  bool has(const std::string& name) const;

  Result<> set(const std::string& name, const std::string& text);
  // Reads all sources again; the report names the keys that keep their values.
  Result<ReloadReport> reload();

 private:
  Result<> adopt(Settings next);

  SettingSources sources_;
  Observer observer_;
  std::mutex change_mutex_;  // one change at a time; taken before mutex_
  mutable std::mutex mutex_;
  Settings settings_;  // GUARDED_BY(mutex_)
};

void log_reload(const ReloadReport& report, Log log);

}  // namespace serai::app
