#include "runtime/host_table.hpp"

#include <set>
#include <string>
#include <vector>

#include "runtime/host_checks.hpp"
#include "runtime/host_extensions.hpp"
#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

constexpr std::uint64_t kLogFieldsMax = 64;

constexpr const char* kForeignSink = "wrote to a serai_sink that is not lent to it now";

LogLevel level_of(std::int32_t level) {
  switch (level) {
    case SERAI_LOG_DEBUG:
      return LogLevel::debug;
    case SERAI_LOG_WARN:
      return LogLevel::warn;
    case SERAI_LOG_ERROR:
      return LogLevel::error;
    default:
      return LogLevel::info;
  }
}

void host_log(const serai_host* self,
              serai_call* call,
              std::int32_t level,
              serai_str event,
              const serai_field* fields,
              std::uint64_t count) {
  const abi::ModuleHost* host = behind(self);
  if (host == nullptr || (call != nullptr && (!is_own(call) || call->replaying))) return;
  if (!readable(event) || (fields == nullptr && count != 0) || count > kLogFieldsMax) return;
  const Log& log = call == nullptr ? host->log : call->parts->services.env.log;
  if (!log.enabled(level_of(level))) return;
  std::vector<LogField> given;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!readable(fields[i].name, fields[i].value)) return;
    given.emplace_back(abi::view_of(fields[i].name), abi::view_of(fields[i].value));
  }
  if (call == nullptr) {
    log.write(level_of(level), abi::view_of(event), About(host->code, given));
  } else {
    log.write(level_of(level), abi::view_of(event), About(*call, given));
  }
}

serai_status host_write(const serai_host* self, serai_sink* sink, serai_bytes bytes) {
  if (behind(self) == nullptr || (bytes.data == nullptr && bytes.size != 0)) {
    return SERAI_INVALID_ARGUMENT;
  }
  std::string* out = abi::LentSink::behind(sink);
  if (out == nullptr) {
    broke(kForeignSink);
    return SERAI_INVALID_ARGUMENT;
  }
  if (bytes.size > abi::kSinkBytesMax - std::min(out->size(), abi::kSinkBytesMax))
    return SERAI_RESOURCE_EXHAUSTED;
  out->append(abi::view_of(bytes));
  return SERAI_OK;
}

std::int64_t host_now_ms(serai_call* call) { return is_own(call) ? call->now_ms : 0; }

std::uint64_t host_random(serai_call* call) {
  return !is_own(call) || call->generator == nullptr ? 0 : call->generator->next();
}

serai_status host_reply(serai_call* call, serai_bytes payload) {
  if (!is_own(call) || !readable(payload)) return SERAI_INVALID_ARGUMENT;
  call->reply = abi::view_of(payload);
  return SERAI_OK;
}

void host_fail(serai_call* call, serai_str message) {
  if (is_own(call) && readable(message)) call->error_text = abi::view_of(message);
}

serai_status host_send(serai_call* call, const serai_target* target, serai_bytes payload) {
  if (!is_own(call) || !readable_target(target) || !readable(payload)) {
    return SERAI_INVALID_ARGUMENT;
  }
  return answer(*call, SERAI_OK, [&] {
    if (!has_room(*call, payload.size)) return SERAI_RESOURCE_EXHAUSTED;
    return granted_or_refused(
        *call, call->parts->requests.send(*call, *target, abi::view_of(payload)), SERAI_OK);
  });
}

serai_status host_call(serai_call* call,
                       const serai_target* target,
                       serai_bytes payload,
                       std::uint32_t deadline_ms,
                       std::uint64_t token) {
  if (!is_own(call) || !readable_target(target) || !readable(payload)) {
    return SERAI_INVALID_ARGUMENT;
  }
  return answer(*call, SERAI_PENDING, [&] {
    return granted_or_refused(
        *call,
        call->parts->requests.call(*call, *target, abi::view_of(payload), deadline_ms, token),
        SERAI_PENDING);
  });
}

serai_status host_sleep(serai_call* call, std::uint32_t delay_ms, std::uint64_t token) {
  if (!is_own(call)) return SERAI_INVALID_ARGUMENT;
  return answer(*call, SERAI_PENDING, [&] {
    call->parts->requests.sleep(*call, delay_ms, token);
    return SERAI_PENDING;
  });
}

// Whether the entity may have one more timer; one that is set anew needs no room.
bool has_room_for_timer(serai_call& call, std::uint64_t id) {
  const std::uint32_t max = call.parts->services.env.options.limits.entity_timers;
  const auto& timers = call.entity->host.timers;
  if (timers.contains(id) || timers.size() + call.effects.timers.size() < max) return true;
  std::set<std::uint64_t> added;
  for (const abi::TimerChange& change : call.effects.timers) {
    if (change.set && !timers.contains(change.id)) added.insert(change.id);
  }
  if (added.contains(id) || timers.size() + added.size() < max) return true;
  call.parts->bounds.refuse(call, Bound::entity_timers, max);
  return false;
}

serai_status no_such_timer(serai_call& call, const std::string& name) {
  std::string known;
  for (const auto& [timer, index] : call.entity->table().timers) {
    known += (known.empty() ? "" : ", ") + timer;
  }
  return call.refuse(
      {Errc::not_found,
       call.entity->id.kind + " has no timer handler \"" + name +
           "\": declare it, or use one of its own: " + (known.empty() ? "it has none" : known)});
}

serai_status host_timer_set(serai_call* call,
                            std::uint64_t id,
                            std::uint32_t delay_ms,
                            serai_str handler,
                            serai_bytes payload) {
  if (!is_own(call) || !readable(handler, payload)) return SERAI_INVALID_ARGUMENT;
  if (call->entity == nullptr) return needs_entity(*call, "a timer");
  return answer(*call, SERAI_OK, [&] {
    std::string name(abi::view_of(handler));
    if (!call->entity->table().timers.contains(name)) return no_such_timer(*call, name);
    if (!has_room(*call, payload.size) || !has_room_for_timer(*call, id)) {
      return SERAI_RESOURCE_EXHAUSTED;
    }
    call->effects.timers.push_back(
        {id, true, call->now_ms + delay_ms, std::move(name), std::string(abi::view_of(payload))});
    return SERAI_OK;
  });
}

serai_status host_timer_cancel(serai_call* call, std::uint64_t id) {
  if (!is_own(call)) return SERAI_INVALID_ARGUMENT;
  if (call->entity == nullptr) return needs_entity(*call, "a timer");
  return answer(*call, SERAI_OK, [&] {
    if (!has_room(*call, 0)) return SERAI_RESOURCE_EXHAUSTED;
    call->effects.timers.push_back({id, false, 0, {}, {}});
    return SERAI_OK;
  });
}

serai_status host_close(serai_call* call) {
  if (!is_own(call)) return SERAI_INVALID_ARGUMENT;
  if (call->entity == nullptr) return needs_entity(*call, "its end");
  call->effects.close = true;
  return SERAI_OK;
}

const void* host_get_extension(const serai_host* self, serai_str id) {
  if (behind(self) == nullptr || !readable(id)) return nullptr;
  return find_extension(abi::view_of(id));
}

constexpr serai_host kHost{sizeof(serai_host),
                           SERAI_ABI_MAJOR,
                           SERAI_ABI_MINOR,
                           host_get_extension,
                           host_log,
                           host_write,
                           host_now_ms,
                           host_random,
                           host_reply,
                           host_fail,
                           host_send,
                           host_call,
                           host_sleep,
                           host_timer_set,
                           host_timer_cancel,
                           host_close};

}  // namespace

const serai_host& host_table() { return kHost; }

}  // namespace serai::runtime
