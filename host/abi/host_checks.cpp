#include "abi/host_checks.hpp"

#include <array>
#include <set>

namespace serai::abi {
namespace {

constexpr const char* kForeignCall =
    "used a serai_call that is not its own: one kept from an earlier handler, or on another thread";
constexpr const char* kForeignHost =
    "used a serai_host that is not its own: one kept from another version, or null";

}  // namespace

bool serves(const void* from) {
  if (on_registered_thread()) return true;
  note_foreign_use(from);
  return false;
}

const ModuleHost* behind(const serai_host* shown, const void* from) {
  if (!serves(from)) return nullptr;
  const Generation* code = entered_code();
  if (code != nullptr && shown == &code->host.table) {
    return reinterpret_cast<const ModuleHost*>(shown);
  }
  broke(kForeignHost);
  return nullptr;
}

bool is_own(const serai_call* call, const void* from) {
  if (!serves(from) || call == nullptr) return false;
  return call == entered_call() || broke(kForeignCall);
}

bool broke(const char* rule) {
  if (!on_registered_thread()) return false;
  if (entered_call() != nullptr) {
    entered_call()->misuse = rule;
  } else if (const Generation* code = entered_code(); code != nullptr) {
    code->host.log.write(LogLevel::error,
                         "module.broke_border",
                         with_code(*code, std::array{LogField("error", rule)}));
  }
  return false;
}

bool readable_target(const serai_target* target) {
  return target != nullptr && readable(target->kind, target->key, target->handler);
}

serai_status wrong(serai_call& call, std::string why) {
  return call.refuse({Errc::invalid_argument, std::move(why)});
}

serai_status needs_entity(serai_call& call, const char* feature) {
  return wrong(call,
               call.handler().name + " runs without an entity, which " + feature +
                   " needs: give the handler a kind");
}

bool has_room(serai_call& call, std::uint64_t bytes) {
  const EffectLimits limits = call.limits();
  call.effect_bytes += bytes;
  if (call.effects.outside.size() + call.effects.timers.size() >= limits.effects) {
    call.refuse_over(EffectLimit::effects);
    return false;
  }
  if (call.effect_bytes <= limits.effect_bytes) return true;
  call.refuse_over(EffectLimit::effect_bytes);
  return false;
}

bool has_room_for_timer(serai_call& call, std::uint64_t id) {
  const std::uint64_t max = call.limits().entity_timers;
  if (call.has_timer(id) || call.timer_count() + call.effects.timers.size() < max) return true;
  std::set<std::uint64_t> added;
  for (const TimerChange& change : call.effects.timers) {
    if (change.set && !call.has_timer(change.id)) added.insert(change.id);
  }
  if (added.contains(id) || call.timer_count() + added.size() < max) return true;
  call.refuse_over(EffectLimit::entity_timers);
  return false;
}

}  // namespace serai::abi
