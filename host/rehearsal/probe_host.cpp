#include "rehearsal/probe_host.hpp"

#include <cstring>
#include <string_view>

#include "base/file_io.hpp"
#include "serai/ext/config.h"
#include "serai/ext/draft/crypto.h"
#include "serai/ext/ledger.h"
#include "serai/ext/match.h"
#include "serai/ext/notify.h"
#include "serai/ext/thread_check.h"

namespace serai::rehearsal {
namespace {

std::string_view text(serai_str input) { return {input.data, input.size}; }
std::string bytes_of(serai_bytes input) {
  return {static_cast<const char*>(input.data), input.size};
}

// A call that a module kept past its handler is none.
ProbeCall* own(const serai_call* call) {
  ProbeCall* entered = entered_probe_call();
  return entered != nullptr && entered->handle() == call ? entered : nullptr;
}

serai_status note(serai_call* call, std::string what, serai_bytes payload, std::string message) {
  ProbeCall* entered = own(call);
  if (entered == nullptr) return SERAI_INVALID_ARGUMENT;
  entered->effects.push_back({std::move(what), std::move(message), bytes_of(payload)});
  return SERAI_OK;
}

serai_status refuse(serai_call* call, std::string beyond) {
  ProbeCall* entered = own(call);
  if (entered == nullptr) return SERAI_INVALID_ARGUMENT;
  entered->beyond = std::move(beyond);
  return SERAI_UNAVAILABLE;
}

std::string name_of(const serai_target& target) {
  return std::string(text(target.kind)) + "/" + std::string(text(target.key)) + " " +
         std::string(text(target.handler));
}

// ---- The table --------------------------------------------------------------------------------

serai_status write(const serai_host*, serai_sink* sink, serai_bytes bytes) {
  std::string& out = reinterpret_cast<ProbeSink*>(sink)->bytes;
  if (bytes.size > ProbeSink::kBytesMax - out.size()) return SERAI_RESOURCE_EXHAUSTED;
  out.append(static_cast<const char*>(bytes.data), bytes.size);
  return SERAI_OK;
}

std::int64_t now_ms(serai_call* call) {
  const ProbeCall* entered = own(call);
  return entered == nullptr ? 0 : entered->now_ms;
}

std::uint64_t random(serai_call* call) {
  const ProbeCall* entered = own(call);
  return entered == nullptr ? 0 : entered->generator->next();
}

serai_status reply(serai_call* call, serai_bytes payload) {
  ProbeCall* entered = own(call);
  if (entered == nullptr) return SERAI_INVALID_ARGUMENT;
  entered->reply = bytes_of(payload);
  return SERAI_OK;
}

void fail(serai_call* call, serai_str message) {
  if (ProbeCall* entered = own(call)) entered->error_text = text(message);
}

serai_status send(serai_call* call, const serai_target* target, serai_bytes payload) {
  return note(call, "message to " + name_of(*target), payload, {});
}

serai_status timer_set(serai_call* call,
                       std::uint64_t id,
                       std::uint32_t delay_ms,
                       serai_str handler,
                       serai_bytes payload) {
  const ProbeCall* entered = own(call);
  if (entered == nullptr) return SERAI_INVALID_ARGUMENT;
  const abi::HandlerContract* found = entered->contract->find_handler(text(handler));
  if (found == nullptr || found->trigger != abi::Trigger::timer ||
      found->kind_index != entered->kind) {
    return SERAI_NOT_FOUND;
  }
  return note(
      call,
      "timer " + std::to_string(id) + " in " + std::to_string(delay_ms) + " ms for " + found->name,
      payload,
      found->request);
}

serai_status timer_cancel(serai_call* call, std::uint64_t id) {
  return note(call, "timer " + std::to_string(id) + " cancelled", {}, {});
}

serai_status close(serai_call* call) { return note(call, "end of the entity", {}, {}); }

// ---- Extensions -------------------------------------------------------------------------------

serai_status broadcast(serai_call* call,
                       std::int64_t op_code,
                       serai_bytes payload,
                       const serai_str* session_ids,
                       std::uint64_t count) {
  const ProbeCall* entered = own(call);
  if (entered == nullptr) return SERAI_INVALID_ARGUMENT;
  std::string what = "broadcast " + std::to_string(op_code) + " to";
  if (session_ids == nullptr) {
    what += " everybody";
  } else {
    for (std::uint64_t i = 0; i < count; ++i) what += " " + std::string(text(session_ids[i]));
  }
  const abi::EventContract* event = entered->contract->find_event(op_code);
  return note(call, std::move(what), payload, event == nullptr ? "" : event->message);
}

serai_status notify(serai_call* call, const serai_notification* asked) {
  ProbeCall* entered = own(call);
  if (entered == nullptr) return SERAI_INVALID_ARGUMENT;
  entered->generator->next();  // as the host does, for the notification's id
  entered->generator->next();
  return note(call,
              "notification " + std::to_string(asked->code) + " to " +
                  std::string(text(asked->user_id)) + ": " + std::string(text(asked->subject)),
              {asked->content.data, asked->content.size},
              {});
}

serai_status config(serai_call* call, serai_str key, serai_str* out) {
  const ProbeCall* entered = own(call);
  if (entered == nullptr) return SERAI_INVALID_ARGUMENT;
  const abi::ConfigRead* read = find_read(entered->config, text(key));
  if (read == nullptr) {
    refuse(call, "the configuration of " + std::string(text(key)));
    return SERAI_NOT_FOUND;
  }
  if (!read->value) return SERAI_NOT_FOUND;
  *out = {read->value->data(), read->value->size()};
  return SERAI_OK;
}

const serai_match_v1 kMatch = {sizeof(serai_match_v1),
                               0,
                               &broadcast,
                               [](serai_call* call, serai_str session_id) -> serai_status {
                                 return note(
                                     call, "kick of " + std::string(text(session_id)), {}, {});
                               },
                               [](serai_call* call, serai_str label) -> serai_status {
                                 return note(call, "label", {label.data, label.size}, {});
                               }};
const serai_ledger_v1 kLedger = {
    sizeof(serai_ledger_v1),
    0,
    [](serai_call* call, serai_str, serai_str, const serai_ledger_entry*, uint64_t, uint64_t)
        -> serai_status { return refuse(call, "a transfer of money"); },
    [](serai_call* call, serai_str, uint64_t) -> serai_status {
      return refuse(call, "a balance");
    }};
const serai_notify_v1 kNotify = {sizeof(serai_notify_v1), 0, &notify};
const serai_config_v1 kConfig = {sizeof(serai_config_v1), 0, &config};
// The probe's one thread is all that the tags ask for.
const serai_thread_check_v1 kThreadCheck = {
    sizeof(serai_thread_check_v1),
    0,
    [](const serai_host*) -> std::uint32_t { return 1; },
    [](const serai_host*) -> std::uint32_t { return 1; },
    [](const serai_host*, const serai_call* call) -> std::uint32_t {
      return own(call) != nullptr ? 1 : 0;
    }};

const serai_crypto_draft1 kCrypto = {
    sizeof(serai_crypto_draft1),
    0,
    [](const serai_host*, serai_bytes bytes, std::uint8_t* out) -> serai_status {
      const std::string digest = sha256(bytes_of(bytes));
      std::memcpy(out, digest.data(), SERAI_SHA256_BYTES);
      return SERAI_OK;
    }};

const void* extension(const serai_host*, serai_str id) {
  if (text(id) == SERAI_EXT_MATCH) return &kMatch;
  if (text(id) == SERAI_EXT_LEDGER) return &kLedger;
  if (text(id) == SERAI_EXT_NOTIFY) return &kNotify;
  if (text(id) == SERAI_EXT_CONFIG) return &kConfig;
  if (text(id) == SERAI_EXT_THREAD_CHECK) return &kThreadCheck;
  if (text(id) == SERAI_EXT_CRYPTO) return &kCrypto;
  return nullptr;
}

const serai_host kHost = {
    sizeof(serai_host),
    SERAI_ABI_MAJOR,
    SERAI_ABI_MINOR,
    &extension,
    [](const serai_host*, serai_call*, int32_t, serai_str, const serai_field*, uint64_t) {},
    &write,
    &now_ms,
    &random,
    &reply,
    &fail,
    &send,
    [](serai_call* call, const serai_target*, serai_bytes, uint32_t, uint64_t) -> serai_status {
      return refuse(call, "an answer of another entity");
    },
    [](serai_call* call, uint32_t, uint64_t) -> serai_status { return refuse(call, "a pause"); },
    &timer_set,
    &timer_cancel,
    &close};

}  // namespace

ProbeCall*& entered_probe_call() {
  static ProbeCall* entered = nullptr;
  return entered;
}

const serai_host& probe_host() { return kHost; }

}  // namespace serai::rehearsal
