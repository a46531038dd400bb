#include "abi/host_table.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "abi/host_checks.hpp"
#include "abi/host_extensions.hpp"
#include "abi/module_calls.hpp"

namespace serai::abi {
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

// NOLINTNEXTLINE(readability-function-size): abi.h gives it six parameters
void host_log(const serai_host* self,
              serai_call* call,
              std::int32_t level,
              serai_str event,
              const serai_field* fields,
              std::uint64_t count) {
  const ModuleHost* host = behind(self);
  if (host == nullptr || (call != nullptr && (!is_own(call) || call->replaying))) return;
  if (!readable(event) || (fields == nullptr && count != 0) || count > kLogFieldsMax) return;
  if (!(call == nullptr ? host->log.enabled(level_of(level)) : call->logs(level_of(level)))) return;
  std::vector<LogField> given;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!readable(fields[i].name, fields[i].value)) return;
    given.emplace_back(view_of(fields[i].name), view_of(fields[i].value));
  }
  if (call == nullptr) {
    host->log.write(level_of(level), view_of(event), with_code(*host->code, given));
  } else {
    call->log(level_of(level), view_of(event), given);
  }
}

serai_status host_write(const serai_host* self, serai_sink* sink, serai_bytes bytes) {
  if (behind(self) == nullptr || (bytes.data == nullptr && bytes.size != 0)) {
    return SERAI_INVALID_ARGUMENT;
  }
  std::string* out = LentSink::behind(sink);
  if (out == nullptr) {
    broke(kForeignSink);
    return SERAI_INVALID_ARGUMENT;
  }
  if (bytes.size > kSinkBytesMax - std::min(out->size(), kSinkBytesMax))
    return SERAI_RESOURCE_EXHAUSTED;
  out->append(view_of(bytes));
  return SERAI_OK;
}

std::int64_t host_now_ms(serai_call* call) { return is_own(call) ? call->now_ms : 0; }

std::uint64_t host_random(serai_call* call) {
  return !is_own(call) || call->generator == nullptr ? 0 : call->generator->next();
}

serai_status host_reply(serai_call* call, serai_bytes payload) {
  if (!is_own(call) || !readable(payload)) return SERAI_INVALID_ARGUMENT;
  call->reply = view_of(payload);
  return SERAI_OK;
}

void host_fail(serai_call* call, serai_str message) {
  if (is_own(call) && readable(message)) call->error_text = view_of(message);
}

serai_status host_send(serai_call* call, const serai_target* target, serai_bytes payload) {
  if (!is_own(call) || !readable_target(target) || !readable(payload)) {
    return SERAI_INVALID_ARGUMENT;
  }
  return answer(*call, SERAI_OK, [&] {
    if (!has_room(*call, payload.size)) return SERAI_RESOURCE_EXHAUSTED;
    return granted_or_refused(*call, call->send(*target, view_of(payload)), SERAI_OK);
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
        *call, call->call(*target, view_of(payload), deadline_ms, token), SERAI_PENDING);
  });
}

serai_status host_sleep(serai_call* call, std::uint32_t delay_ms, std::uint64_t token) {
  if (!is_own(call)) return SERAI_INVALID_ARGUMENT;
  return answer(*call, SERAI_PENDING, [&] {
    return granted_or_refused(*call, call->sleep(delay_ms, token), SERAI_PENDING);
  });
}

// The names of the kind's timer handlers, as "end, turn_over".
std::string timers_of(const ModuleContract& contract, int kind) {
  std::string names;
  for (const HandlerContract& each : contract.handlers) {
    if (each.trigger != Trigger::timer || each.kind_index != kind) continue;
    names += (names.empty() ? "" : ", ") + each.name;
  }
  return names.empty() ? "it has none" : names;
}

// Refuses a timer when the entity's kind has no timer handler of this name.
Result<> check_timer(const serai_call& call, std::string_view name) {
  const int kind = call.handler().kind_index;
  const HandlerContract* found = call.contract().find_handler(name);
  if (found != nullptr && found->trigger == Trigger::timer && found->kind_index == kind) {
    return success();
  }
  return {Errc::not_found,
          call.contract().kinds[static_cast<std::size_t>(kind)].name + " has no timer handler \"" +
              std::string(name) +
              "\": declare it, or use one of its own: " + timers_of(call.contract(), kind)};
}

serai_status host_timer_set(serai_call* call,
                            std::uint64_t id,
                            std::uint32_t delay_ms,
                            serai_str handler,
                            serai_bytes payload) {
  if (!is_own(call) || !readable(handler, payload)) return SERAI_INVALID_ARGUMENT;
  if (!call->has_entity()) return needs_entity(*call, "a timer");
  return answer_timer(*call, [&] {
    std::string name(view_of(handler));
    if (Result<> checked = check_timer(*call, name); !checked) return call->refuse(checked.error());
    if (!has_room(*call, payload.size) || !has_room_for_timer(*call, id)) {
      return SERAI_RESOURCE_EXHAUSTED;
    }
    call->effects.timers.push_back(
        {id, true, call->now_ms + delay_ms, std::move(name), std::string(view_of(payload))});
    return SERAI_OK;
  });
}

serai_status host_timer_cancel(serai_call* call, std::uint64_t id) {
  if (!is_own(call)) return SERAI_INVALID_ARGUMENT;
  if (!call->has_entity()) return needs_entity(*call, "a timer");
  return answer_timer(*call, [&] {
    if (!has_room(*call, 0)) return SERAI_RESOURCE_EXHAUSTED;
    call->effects.timers.push_back({id, false, 0, {}, {}});
    return SERAI_OK;
  });
}

serai_status host_close(serai_call* call) {
  if (!is_own(call)) return SERAI_INVALID_ARGUMENT;
  if (!call->has_entity()) return needs_entity(*call, "a close");
  call->effects.close = true;
  return SERAI_OK;
}

const void* host_get_extension(const serai_host* self, serai_str id) {
  if (behind(self) == nullptr || !readable(id)) return nullptr;
  return find_extension(view_of(id));
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

}  // namespace serai::abi
