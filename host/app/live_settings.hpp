// LiveSettings: the settings of a running host. A live key can change at once, any other key only
// with the next start.
//
// Errors  set(): failed_precondition for a key that is not live. set(), reload(): invalid_argument
//         as in Settings, or the observer's error. Nothing changes then.
// Thread  any. The observer is called by the thread that makes the change, one change at a time.
// Owner   the host.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/log.hpp"

namespace serai::app {

// The keys whose values in the sources differed from those of the running host, by the effect of
// the reload.
struct ReloadReport {
  std::vector<std::string> changed;        // live; the new values are in force
  std::vector<std::string> overridden;     // set by set() since the start; that value stays
  std::vector<std::string> needs_restart;  // not live; the old value stays
};

class LiveSettings {
 public:
  // Called with the new settings before a change of live keys takes effect. If it returns an error,
  // the change is refused.
  using Observer = std::function<Result<>(const Settings&)>;

  LiveSettings(SettingSources sources, Settings settings)
      : sources_(std::move(sources)), settings_(std::move(settings)) {}

  void observe(Observer observer) { observer_ = std::move(observer); }  // before threads start

  std::string to_json(bool with_origin) const;
  std::string shown(const std::string& name) const;  // empty when unset; secrets are hidden
  bool has(const std::string& name) const;

  Result<> set(const std::string& name, const std::string& text);
  // Reads all sources again and applies the live keys.
  Result<ReloadReport> reload();

 private:
  Result<> adopt(Settings next);

  SettingSources sources_;
  Observer observer_;
  std::mutex change_mutex_;  // one change at a time; taken before mutex_
  mutable std::mutex mutex_;
  Settings settings_;  // GUARDED_BY(mutex_)
};

// Logs one line for each key in the report, and one for the reload.
void log_reload(const ReloadReport& report, Log log);

}  // namespace serai::app
