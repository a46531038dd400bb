#include "runtime/host_table.hpp"

#include <limits>
#include <set>

#include "abi/module_calls.hpp"
#include "abi/sink.hpp"
#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai {
namespace {

constexpr std::uint64_t kEntriesMax = 1024;  // of one transfer
constexpr std::uint64_t kSessionsMax = 65'536;
constexpr std::size_t kLabelBytesMax = 2048;
constexpr std::uint64_t kLogFieldsMax = 64;

constexpr const char* kForeignCall =
    "used a serai_call that is not its own: one kept from an earlier handler, or on another thread";
constexpr const char* kForeignSink = "wrote to a serai_sink that is not lent to it now";
constexpr const char* kNotThere = "showed the host a null pointer, or one with an absurd length";

// Whether anything at all may be done for who calls here. `from`: what the function of the table
// returns to, in the module, since a default argument is evaluated where it is left out.
bool serves(const void* from = __builtin_return_address(0)) {
  if (on_known_thread()) return true;
  note_foreign_use(from);
  return false;
}

// The handler this thread is in has broken a rule: it fails, whatever it answers.
bool broke(const char* rule) {
  if (!on_known_thread()) return false;
  if (entered_call() != nullptr) {
    entered_call()->misuse = rule;
  } else {
    border_log().write(
        LogLevel::error, "module.broke_border", About(entered_code(), {{"error", rule}}));
  }
  return false;
}

// Whether a module may use this call here and now. Never looks into it: it may be long gone.
bool is_own(const serai_call* call, const void* from = __builtin_return_address(0)) {
  if (!serves(from) || call == nullptr) return false;
  return call == entered_call() || broke(kForeignCall);
}

// Whether what a module shows can be there at all.
template <class... Views>
bool readable(const Views&... views) {
  const bool there =
      ((views.size == 0 || (views.data != nullptr && views.size <= kSinkBytesMax)) && ...);
  return there || broke(kNotThere);
}

// What a handler asked for with an argument that cannot be meant.
serai_status wrong(serai_call& call, std::string why) {
  return call.refuse({Errc::invalid_argument, std::move(why)});
}

serai_status needs_entity(serai_call& call, const char* what) {
  return wrong(call,
               call.handler().name + " runs without an entity, which " + what +
                   " is for: give the handler a kind");
}

bool readable_target(const serai_target* target) {
  return target != nullptr && readable(target->kind, target->key, target->handler);
}

serai_status told(serai_call& call, const Result<>& asked, serai_status granted) {
  return asked ? granted : call.refuse(asked.error());
}

// Bounds what one handler may pile up, so that a module in a loop harms only its own call.
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

// Whether the entity may have one more timer; one that is set anew needs no room.
bool has_room_for_timer(serai_call& call, std::uint64_t id) {
  const std::uint32_t max = call.parts->services.env.options.limits.entity_timers;
  const auto& timers = call.entity->host.timers;
  if (timers.contains(id) || timers.size() + call.effects.timers.size() < max) return true;
  std::set<std::uint64_t> added;
  for (const TimerChange& change : call.effects.timers) {
    if (change.set && !timers.contains(change.id)) added.insert(change.id);
  }
  if (added.contains(id) || timers.size() + added.size() < max) return true;
  call.parts->bounds.refuse(call, Bound::entity_timers, max);
  return false;
}

// What the host answers a handler is part of the run's record. A replay is answered as if nothing
// had been refused, and does nothing: what the answer depends on, who serves a target or which
// timers are set, may be another by then. So a run that was refused something is never replayed.
template <class Ask>
serai_status answer(serai_call& call, serai_status granted, Ask&& ask) {
  if (call.replaying) return granted;
  const serai_status status = ask();
  call.unrepeatable |= status != granted;
  return status;
}

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

void host_log(serai_call* call,
              std::int32_t level,
              serai_str event,
              const serai_field* fields,
              std::uint64_t count) {
  if (!serves() || (call != nullptr && (!is_own(call) || call->replaying))) return;
  if (!readable(event) || (fields == nullptr && count != 0) || count > kLogFieldsMax) return;
  const Log& log = call == nullptr ? border_log() : call->parts->services.env.log;
  if (!log.enabled(level_of(level))) return;
  std::vector<LogField> said;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!readable(fields[i].name, fields[i].value)) return;
    said.emplace_back(view_of(fields[i].name), view_of(fields[i].value));
  }
  if (call == nullptr) {
    log.write(level_of(level), view_of(event), About(entered_code(), said));
  } else {
    log.write(level_of(level), view_of(event), About(*call, said));
  }
}

serai_status host_write(serai_sink* sink, serai_bytes bytes) {
  if (!serves() || (bytes.data == nullptr && bytes.size != 0)) return SERAI_INVALID_ARGUMENT;
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
    return told(*call, call->parts->requests.send(*call, *target, view_of(payload)), SERAI_OK);
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
    return told(*call,
                call->parts->requests.call(*call, *target, view_of(payload), deadline_ms, token),
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
    std::string name(view_of(handler));
    if (!call->entity->table().timers.contains(name)) return no_such_timer(*call, name);
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

// ---- Extensions ------------------------------------------------------------------------------

std::string no_session(const std::string& what) {
  return what + ": a session id is the UUID of a player's socket, as messages from sockets have it";
}

serai_status match_broadcast(serai_call* call,
                             std::int64_t op_code,
                             serai_bytes payload,
                             const serai_str* session_ids,
                             std::uint64_t count) {
  if (!is_own(call) || !readable(payload)) return SERAI_INVALID_ARGUMENT;
  std::optional<std::vector<Uuid>> targets;
  if (count != std::numeric_limits<std::uint64_t>::max()) {
    if (count > kSessionsMax || (session_ids == nullptr && count != 0)) {
      return wrong(*call,
                   "event " + std::to_string(op_code) + " to " + std::to_string(count) +
                       " sessions: at most " + std::to_string(kSessionsMax) +
                       " are named; UINT64_MAX stands for all");
    }
    targets.emplace();
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!readable(session_ids[i])) return SERAI_INVALID_ARGUMENT;
      const auto id = Uuid::parse(view_of(session_ids[i]));
      if (!id) return wrong(*call, no_session("event " + std::to_string(op_code)));
      targets->push_back(*id);
    }
  }
  return answer(*call, SERAI_OK, [&] {
    if (!has_room(*call, payload.size)) return SERAI_RESOURCE_EXHAUSTED;
    return told(
        *call,
        call->parts->requests.broadcast(*call, op_code, view_of(payload), std::move(targets)),
        SERAI_OK);
  });
}

serai_status match_kick(serai_call* call, serai_str session_id) {
  if (!is_own(call) || !readable(session_id)) return SERAI_INVALID_ARGUMENT;
  if (call->entity == nullptr) return needs_entity(*call, "a kick");
  const auto id = Uuid::parse(view_of(session_id));
  if (!id) return wrong(*call, no_session("kick"));
  return answer(*call, SERAI_OK, [&] {
    if (!has_room(*call, 0)) return SERAI_RESOURCE_EXHAUSTED;
    call->effects.outside.emplace_back(KickEffect{*id});
    return SERAI_OK;
  });
}

serai_status match_set_label(serai_call* call, serai_str label) {
  if (!is_own(call) || !readable(label)) return SERAI_INVALID_ARGUMENT;
  if (call->entity == nullptr) return needs_entity(*call, "a label");
  if (label.size > kLabelBytesMax) {
    return wrong(*call,
                 "the label has " + std::to_string(label.size) + " bytes, the limit is " +
                     std::to_string(kLabelBytesMax));
  }
  call->effects.label = view_of(label);
  return SERAI_OK;
}

serai_status ledger_transfer(serai_call* call,
                             serai_str idem_key,
                             serai_str reason,
                             const serai_ledger_entry* entries,
                             std::uint64_t count,
                             std::uint64_t token) {
  if (!is_own(call) || !readable(idem_key, reason)) return SERAI_INVALID_ARGUMENT;
  if (idem_key.size == 0)
    return wrong(*call, "a transfer needs an idem_key: it happens once per key");
  if (entries == nullptr || count == 0 || count > kEntriesMax) {
    return wrong(*call,
                 "a transfer has 1 to " + std::to_string(kEntriesMax) + " entries, not " +
                     std::to_string(count));
  }
  LedgerTransfer transfer{std::string(view_of(idem_key)), std::string(view_of(reason)), {}};
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!readable(entries[i].account)) return SERAI_INVALID_ARGUMENT;
    transfer.entries.push_back({std::string(view_of(entries[i].account)), entries[i].delta});
  }
  return answer(*call, SERAI_PENDING, [&] {
    call->parts->requests.transfer(*call, std::move(transfer), token);
    return SERAI_PENDING;
  });
}

serai_status ledger_balance(serai_call* call, serai_str account, std::uint64_t token) {
  if (!is_own(call) || !readable(account)) return SERAI_INVALID_ARGUMENT;
  return answer(*call, SERAI_PENDING, [&] {
    call->parts->requests.balance(*call, std::string(view_of(account)), token);
    return SERAI_PENDING;
  });
}

serai_status notify_player(serai_call* call, const serai_notification* asked) {
  if (!is_own(call) || asked == nullptr) return SERAI_INVALID_ARGUMENT;
  if (!readable(asked->user_id, asked->subject, asked->content)) return SERAI_INVALID_ARGUMENT;
  if (asked->code <= 0) {
    return wrong(*call, "a notification's code is above 0, not " + std::to_string(asked->code));
  }
  const auto user = Uuid::parse(view_of(asked->user_id));
  if (!user) return wrong(*call, "a notification's user_id is the UUID of a player");
  Notification out;  // its id is drawn also when it is refused or replayed
  out.id = Uuid::from_random(call->generator->next(), call->generator->next());
  out.user_id = *user;
  out.subject = view_of(asked->subject);
  out.content = view_of(asked->content);
  out.code = asked->code;
  out.create_s = call->now_ms / 1000;
  out.persistent = asked->persistent != 0;
  return answer(*call, SERAI_OK, [&] {
    if (!has_room(*call, asked->content.size)) return SERAI_RESOURCE_EXHAUSTED;
    call->has_writes |= out.persistent;
    call->effects.outside.emplace_back(std::move(out));
    return SERAI_OK;
  });
}

serai_status config_get(serai_call* call, serai_str key, serai_str* out) {
  if (!is_own(call) || out == nullptr || !readable(key)) return SERAI_INVALID_ARGUMENT;
  const ConfigRead* read = find_read(call->config_reads, view_of(key));
  if (read == nullptr && call->replaying) {
    call->misuse = "reads configuration it did not read the first time";
    return SERAI_NOT_FOUND;
  }
  if (read == nullptr && call->generation->contract().find_setting(view_of(key)) == nullptr) {
    call->misuse = "reads a key of the configuration that the module does not declare";
    return SERAI_NOT_FOUND;
  }
  if (read == nullptr) {
    const ModuleConfig& config = call->parts->services.env.config;
    read = &call->config_reads.emplace_back(ConfigRead{
        std::string(view_of(key)), config.get(call->generation->contract().name, view_of(key))});
  }
  if (!read->value) return SERAI_NOT_FOUND;
  *out = {read->value->data(), read->value->size()};
  return SERAI_OK;
}

constexpr serai_match_v1 kMatch{
    sizeof(serai_match_v1), 0, match_broadcast, match_kick, match_set_label};
constexpr serai_ledger_v1 kLedger{sizeof(serai_ledger_v1), 0, ledger_transfer, ledger_balance};
constexpr serai_notify_v1 kNotify{sizeof(serai_notify_v1), 0, notify_player};
constexpr serai_config_v1 kConfig{sizeof(serai_config_v1), 0, config_get};

const void* host_get_extension(serai_str id) {
  if (!serves() || !readable(id)) return nullptr;
  const std::string_view name = view_of(id);
  if (name == SERAI_EXT_MATCH) return &kMatch;
  if (name == SERAI_EXT_LEDGER) return &kLedger;
  if (name == SERAI_EXT_NOTIFY) return &kNotify;
  if (name == SERAI_EXT_CONFIG) return &kConfig;
  return nullptr;
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

}  // namespace serai
