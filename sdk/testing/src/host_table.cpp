// The World's host as modules see it: the functions of abi.h, all of them about one Run.
#include <cctype>
#include <cstring>

#include "engine.hpp"
#include "serai/ext/config.h"
#include "serai/ext/draft/crypto.h"
#include "serai/ext/ledger.h"
#include "serai/ext/match.h"
#include "serai/ext/notify.h"
#include "sha256.hpp"

namespace serai::testing {
namespace {

constexpr std::uint64_t kSinkBytesMax = 64 * 1024 * 1024;

Run& run_of(serai_call* call) { return *reinterpret_cast<Run*>(call); }
std::string text(serai_str from) { return std::string(view(from)); }

Input input_for(Run& run, const serai_target& target, serai_bytes payload) {
  Input input;
  input.to = {text(target.kind), text(target.key)};
  input.handler = text(target.handler);
  input.from = run.input.from;
  input.from.session_id.clear();
  if (run.entity != nullptr) input.caller = run.entity->id;
  input.payload = view(payload);
  return input;
}

void host_log(const serai_host*,
              serai_call* call,
              std::int32_t level,
              serai_str event,
              const serai_field* fields,
              std::uint64_t count) {
  LogLine line{level, text(event), {}};
  for (std::uint64_t i = 0; i < count; ++i)
    line.fields[text(fields[i].name)] = text(fields[i].value);
  if (call == nullptr) {
    last_words() = line.event + (count == 0 ? "" : ": " + text(fields[0].value));
  } else {
    run_of(call).engine->logs.push_back(std::move(line));
  }
}

serai_status host_write(const serai_host*, serai_sink* sink, serai_bytes bytes) {
  std::string& out = reinterpret_cast<Sink*>(sink)->bytes;
  if (out.size() + bytes.size > kSinkBytesMax) return SERAI_RESOURCE_EXHAUSTED;
  out.append(view(bytes));
  return SERAI_OK;
}

std::int64_t host_now_ms(serai_call* call) { return run_of(call).engine->now_ms; }

std::uint64_t host_random(serai_call* call) {
  Run& run = run_of(call);
  return run.entity == nullptr ? run.engine->random.next() : run.entity->random.next();
}

serai_status host_reply(serai_call* call, serai_bytes payload) {
  run_of(call).reply = view(payload);
  return SERAI_OK;
}

void host_fail(serai_call* call, serai_str message) { run_of(call).error = view(message); }

serai_status host_send(serai_call* call, const serai_target* target, serai_bytes payload) {
  Run& run = run_of(call);
  Input input = input_for(run, *target, payload);
  if (!run.engine->has_handler(input)) return SERAI_NOT_FOUND;
  run.effects.sends.push_back(std::move(input));
  return SERAI_OK;
}

serai_status host_call(serai_call* call,
                       const serai_target* target,
                       serai_bytes payload,
                       std::uint32_t deadline_ms,
                       std::uint64_t token) {
  Run& run = run_of(call);
  return run.engine->call(run, input_for(run, *target, payload), deadline_ms, token);
}

serai_status host_sleep(serai_call* call, std::uint32_t delay_ms, std::uint64_t token) {
  return run_of(call).engine->wait(run_of(call), token, delay_ms, {});
}

serai_status host_timer_set(serai_call* call,
                            std::uint64_t id,
                            std::uint32_t delay_ms,
                            serai_str handler,
                            serai_bytes payload) {
  Run& run = run_of(call);
  if (run.entity == nullptr) return SERAI_INVALID_ARGUMENT;
  if (run.module->find_timer(run.entity->id.first, view(handler)) < 0) return SERAI_NOT_FOUND;
  run.effects.timers.push_back({id, true, delay_ms, text(handler), std::string(view(payload))});
  return SERAI_OK;
}

serai_status host_timer_cancel(serai_call* call, std::uint64_t id) {
  run_of(call).effects.timers.push_back({id, false, 0, {}, {}});
  return SERAI_OK;
}

serai_status host_close(serai_call* call) {
  if (run_of(call).entity == nullptr) return SERAI_INVALID_ARGUMENT;
  run_of(call).effects.close = true;
  return SERAI_OK;
}

// ---- Extensions ------------------------------------------------------------------------------

// The host knows players and sockets by UUID alone.
bool is_uuid(std::string_view id) {
  if (id.size() != 36) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool fits = dash ? id[i] == '-' : std::isxdigit(static_cast<unsigned char>(id[i])) != 0;
    if (!fits) return false;
  }
  return true;
}

serai_status match_broadcast(serai_call* call,
                             std::int64_t op_code,
                             serai_bytes payload,
                             const serai_str* session_ids,
                             std::uint64_t count) {
  Run& run = run_of(call);
  if (run.entity == nullptr || !run.entity->declared().match) return SERAI_FAILED_PRECONDITION;
  const auto& events = run.module->declared.events;
  const auto event = events.find(op_code);
  Push push{run.entity->id.second + "." + run.entity->id.first,
            op_code,
            event == events.end() ? std::string() : event->second,
            std::string(view(payload)),
            {}};
  if (session_ids == nullptr) {
    for (const Player& member : run.entity->members) push.session_ids.push_back(member.session_id);
  } else {
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!is_uuid(view(session_ids[i]))) return SERAI_INVALID_ARGUMENT;
      push.session_ids.push_back(text(session_ids[i]));
    }
  }
  run.effects.pushes.push_back(std::move(push));
  return SERAI_OK;
}

serai_status match_kick(serai_call* call, serai_str session_id) {
  if (run_of(call).entity == nullptr || !is_uuid(view(session_id))) return SERAI_INVALID_ARGUMENT;
  run_of(call).effects.kicks.push_back(text(session_id));
  return SERAI_OK;
}

serai_status match_set_label(serai_call* call, serai_str label) {
  if (label.size > 2048) return SERAI_INVALID_ARGUMENT;
  run_of(call).effects.label = text(label);
  return SERAI_OK;
}

serai_status ledger_transfer(serai_call* call,
                             serai_str idem_key,
                             serai_str,
                             const serai_ledger_entry* entries,
                             std::uint64_t count,
                             std::uint64_t token) {
  Run& run = run_of(call);
  if (idem_key.size == 0 || count == 0) return SERAI_INVALID_ARGUMENT;
  Ledger::Entries wanted;
  for (std::uint64_t i = 0; i < count; ++i) {
    wanted.emplace_back(text(entries[i].account), entries[i].delta);
  }
  return run.engine->wait(
      run, token, 0, run.engine->ledger.hold(run.input.id, text(idem_key), wanted));
}

serai_status ledger_balance(serai_call* call, serai_str account, std::uint64_t token) {
  Run& run = run_of(call);
  const std::int64_t amount = run.engine->ledger.available(text(account));
  Outcome outcome;
  outcome.bytes.resize(sizeof amount);
  std::memcpy(outcome.bytes.data(), &amount, sizeof amount);
  return run.engine->wait(run, token, 0, std::move(outcome));
}

serai_status notify(serai_call* call, const serai_notification* given) {
  if (given->code <= 0 || !is_uuid(view(given->user_id))) return SERAI_INVALID_ARGUMENT;
  run_of(call).effects.notices.push_back({text(given->user_id),
                                          text(given->subject),
                                          text(given->content),
                                          given->code,
                                          given->persistent != 0});
  return SERAI_OK;
}

serai_status config_get(serai_call* call, serai_str key, serai_str* out) {
  Run& run = run_of(call);
  if (!run.module->declared.settings.contains(text(key))) {
    run.misuse = "reads the configuration's " + text(key) + ", which the module does not declare";
    return SERAI_NOT_FOUND;
  }
  const auto found = run.engine->options.config.find(text(key));
  if (found == run.engine->options.config.end()) return SERAI_NOT_FOUND;
  run.lent.push_back(found->second);
  *out = to_abi(run.lent.back());
  return SERAI_OK;
}

serai_status hash_sha256(const serai_host*, serai_bytes bytes, std::uint8_t* out) {
  const std::string digest = sha256(view(bytes));
  std::memcpy(out, digest.data(), SERAI_SHA256_BYTES);
  return SERAI_OK;
}

const void* get_extension(const serai_host*, serai_str id) {
  static constexpr serai_match_v1 match{
      sizeof(serai_match_v1), 0, match_broadcast, match_kick, match_set_label};
  static constexpr serai_ledger_v1 ledger{
      sizeof(serai_ledger_v1), 0, ledger_transfer, ledger_balance};
  static constexpr serai_notify_v1 notices{sizeof(serai_notify_v1), 0, notify};
  static constexpr serai_config_v1 config{sizeof(serai_config_v1), 0, config_get};
  static constexpr serai_crypto_draft1 crypto{sizeof(serai_crypto_draft1), 0, hash_sha256};
  const std::string_view name = view(id);
  if (name == SERAI_EXT_MATCH) return &match;
  if (name == SERAI_EXT_LEDGER) return &ledger;
  if (name == SERAI_EXT_NOTIFY) return &notices;
  if (name == SERAI_EXT_CONFIG) return &config;
  if (name == SERAI_EXT_CRYPTO) return &crypto;
  return nullptr;
}

}  // namespace

const serai_host& host_table() {
  static constexpr serai_host table{sizeof(serai_host),
                                    SERAI_ABI_MAJOR,
                                    SERAI_ABI_MINOR,
                                    get_extension,
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
  return table;
}

}  // namespace serai::testing
