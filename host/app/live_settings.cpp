#include "app/live_settings.hpp"

namespace serai::app {
namespace {

constexpr std::string_view kSetByHand = "admin API";

bool is_live(std::string_view name) {
  const ConfigKey* key = find_config_key(name);
  return key == nullptr || key->use == ConfigUse::live;
}

}  // namespace

std::string LiveSettings::to_json(bool with_origin) const {
  const std::scoped_lock lock(mutex_);
  return settings_.to_json(with_origin);
}

std::string LiveSettings::shown(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = settings_.all().find(name);
  return found == settings_.all().end() ? std::string() : found->second.shown();
}

bool LiveSettings::has(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  return settings_.all().contains(name);
}

Result<> LiveSettings::set(const std::string& name, const std::string& text) {
  const std::scoped_lock change(change_mutex_);
  Settings next = settings_;
  if (auto done = next.set(name, text, std::string(kSetByHand)); !done) return done;
  if (!is_live(name)) {
    return Error{Errc::failed_precondition,
                 name + " is read once, at start: change it in the configuration and restart"};
  }
  return adopt(std::move(next));
}

Result<ReloadReport> LiveSettings::reload() {
  const std::scoped_lock change(change_mutex_);
  auto fresh = Settings::load(sources_);
  if (!fresh) return fresh.error();
  ReloadReport report;
  for (const std::string& name : changed_keys(settings_, *fresh)) {
    const auto now = settings_.all().find(name);
    const bool by_hand = now != settings_.all().end() && now->second.origin == kSetByHand;
    if (by_hand) {
      report.overridden.push_back(name);
    } else {
      (is_live(name) ? report.changed : report.needs_restart).push_back(name);
    }
  }
  Settings next = settings_;
  next.take(*fresh, report.changed);
  if (auto adopted = adopt(std::move(next)); !adopted) return adopted.error();
  return report;
}

Result<> LiveSettings::adopt(Settings next) {
  if (observer_) {
    if (auto accepted = observer_(next); !accepted) return accepted;
  }
  const std::scoped_lock lock(mutex_);
  settings_ = std::move(next);
  return success();
}

void log_reload(const ReloadReport& report, Log log) {
  for (const std::string& name : report.needs_restart) {
    log.warn("config.needs_restart", {{"key", name}});
  }
  for (const std::string& name : report.overridden) log.warn("config.kept", {{"key", name}});
  for (const std::string& name : report.changed) log.info("config.changed", {{"key", name}});
  log.info("config.reloaded",
           {{"changed", report.changed.size()}, {"kept", report.overridden.size()}});
}

}  // namespace serai::app
