#include "runtime/host_checks.hpp"

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

constexpr const char* kForeignCall =
    "used a serai_call that is not its own: one kept from an earlier handler, or on another thread";
constexpr const char* kForeignHost =
    "showed a serai_host that is not its own: one kept from another version, or null";

}  // namespace

bool serves(const void* from) {
  if (abi::on_known_thread()) return true;
  abi::note_foreign_use(from);
  return false;
}

const abi::ModuleHost* behind(const serai_host* shown, const void* from) {
  if (!serves(from)) return nullptr;
  const abi::Generation* code = abi::entered_code();
  if (code != nullptr && shown == &code->host.table) {
    return reinterpret_cast<const abi::ModuleHost*>(shown);
  }
  broke(kForeignHost);
  return nullptr;
}

bool is_own(const serai_call* call, const void* from) {
  if (!serves(from) || call == nullptr) return false;
  return call == abi::entered_call() || broke(kForeignCall);
}

bool broke(const char* rule) {
  if (!abi::on_known_thread()) return false;
  if (abi::entered_call() != nullptr) {
    abi::entered_call()->misuse = rule;
  } else if (const abi::Generation* code = abi::entered_code(); code != nullptr) {
    code->host.log.write(LogLevel::error, "module.broke_border", About(code, {{"error", rule}}));
  }
  return false;
}

bool readable_target(const serai_target* target) {
  return target != nullptr && readable(target->kind, target->key, target->handler);
}

serai_status wrong(serai_call& call, std::string why) {
  return call.refuse({Errc::invalid_argument, std::move(why)});
}

serai_status needs_entity(serai_call& call, const char* what) {
  return wrong(call,
               call.handler().name + " runs without an entity, which " + what +
                   " is for: give the handler a kind");
}

bool has_room(serai_call& call, std::uint64_t bytes) {
  const RuntimeLimits& limits = call.parts->services.env.options.limits;
  call.effect_bytes += bytes;
  if (call.effects.outside.size() + call.effects.timers.size() >= limits.run_effects) {
    call.parts->bounds.refuse(call, Bound::run_effects, limits.run_effects);
    return false;
  }
  if (call.effect_bytes <= limits.run_effect_bytes) return true;
  call.parts->bounds.refuse(call, Bound::run_effect_bytes, limits.run_effect_bytes);
  return false;
}

}  // namespace serai::runtime
