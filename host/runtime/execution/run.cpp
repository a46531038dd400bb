#include "runtime/execution/run.hpp"

#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {

bool Run::has_timer(std::uint64_t timer) const { return entity->host.timers.contains(timer); }

std::size_t Run::timer_count() const { return entity->host.timers.size(); }

abi::EffectLimits Run::limits() const {
  const RuntimeLimits& limits = parts->services.env.options.limits;
  return {limits.run_effects, limits.run_effect_bytes, limits.entity_timers};
}

void Run::refuse_over(abi::EffectLimit limit) {
  const abi::EffectLimits max = limits();
  switch (limit) {
    case abi::EffectLimit::effects:
      parts->bounds.refuse(*this, Bound::run_effects, max.effects);
      return;
    case abi::EffectLimit::effect_bytes:
      parts->bounds.refuse(*this, Bound::run_effect_bytes, max.effect_bytes);
      return;
    case abi::EffectLimit::entity_timers:
      parts->bounds.refuse(*this, Bound::entity_timers, max.entity_timers);
      return;
  }
}

Result<> Run::send(const serai_target& target, std::string_view payload) {
  return parts->requests.send(*this, target, payload);
}

Result<> Run::call(const serai_target& target,
                   std::string_view payload,
                   std::uint32_t deadline_ms,
                   std::uint64_t token) {
  return parts->requests.call(*this, target, payload, deadline_ms, token);
}

Result<> Run::sleep(std::uint32_t delay_ms, std::uint64_t token) {
  parts->requests.sleep(*this, delay_ms, token);
  return success();
}

Result<> Run::broadcast(std::int64_t op_code,
                        std::string_view payload,
                        std::optional<std::vector<Uuid>> targets) {
  return parts->requests.broadcast(*this, op_code, payload, std::move(targets));
}

Result<> Run::notify(Notification notification) {
  unit.has_writes |= notification.persistent;
  effects.outside.emplace_back(std::move(notification));
  return success();
}

Result<> Run::transfer(LedgerTransfer transfer, std::uint64_t token) {
  parts->requests.transfer(*this, std::move(transfer), token);
  return success();
}

Result<> Run::balance(std::string account, std::uint64_t token) {
  parts->requests.balance(*this, std::move(account), token);
  return success();
}

const abi::ConfigRead* Run::read_config(std::string_view key) {
  const ModuleConfig& config = parts->services.env.config;
  return &config_reads.emplace_back(
      abi::ConfigRead{std::string(key), config.get(contract().name, key)});
}

bool Run::logs(LogLevel level) const { return parts->services.env.log.enabled(level); }

void Run::log(LogLevel level, std::string_view event, std::span<const LogField> fields) const {
  parts->services.env.log.write(level, event, LogContext(*this, fields));
}

void Run::reset() {
  clear();
  entity = nullptr;
  generation = nullptr;
  handler_index = -1;
  input = Input{};
  message = {};
  frame = nullptr;
  waits.clear();
  unit = {};
}

}  // namespace serai::runtime
