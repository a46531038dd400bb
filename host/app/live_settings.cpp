#include "app/live_settings.hpp"

namespace serai {
namespace {

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
  if (auto done = next.set(name, text, "admin API"); !done) return done;
  if (!is_live(name)) {
    return Error{Errc::failed_precondition,
                 name + " is read once, at start: change it in the configuration and restart"};
  }
  return adopt(std::move(next));
}

Result<> LiveSettings::reload(Log log) {
  const std::scoped_lock change(change_mutex_);
  auto fresh = Settings::load(sources_);
  if (!fresh) return fresh.error();
  std::vector<std::string> changed;
  for (const std::string& name : changed_keys(settings_, *fresh)) {
    if (is_live(name)) {
      changed.push_back(name);
    } else {
      log.warn("config.needs_restart", {{"key", name}});
    }
  }
  Settings next = settings_;
  next.take(*fresh, changed);
  if (auto adopted = adopt(std::move(next)); !adopted) return adopted;
  for (const std::string& name : changed) log.info("config.changed", {{"key", name}});
  log.info("config.reloaded", {{"changed", changed.size()}});
  return success();
}

Result<> LiveSettings::adopt(Settings next) {
  if (observer_) {
    if (auto accepted = observer_(next); !accepted) return accepted;
  }
  const std::scoped_lock lock(mutex_);
  settings_ = std::move(next);
  return success();
}

}  // namespace serai
