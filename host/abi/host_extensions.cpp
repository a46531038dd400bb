#include "abi/host_extensions.hpp"

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "abi/host_checks.hpp"
#include "abi/thread_role.hpp"
#include "base/file_io.hpp"
#include "serai/ext/config.h"
#include "serai/ext/draft/crypto.h"
#include "serai/ext/ledger.h"
#include "serai/ext/match.h"
#include "serai/ext/notify.h"
#include "serai/ext/thread_check.h"

namespace serai::abi {
namespace {

constexpr std::uint64_t kEntriesMax = 1024;  // of one transfer
constexpr std::uint64_t kSessionsMax = 65'536;
constexpr std::size_t kLabelBytesMax = 2048;

std::string no_session(const std::string& request) {
  return request + ": a session id is the UUID of a player's socket, as in a message's session_id";
}

std::string event_text(std::int64_t op_code) { return "event " + std::to_string(op_code); }

// The receivers of a broadcast. With another status than SERAI_OK the request has been refused.
struct Targets {
  serai_status status = SERAI_OK;
  std::optional<std::vector<Uuid>> sessions;  // none: everybody
};

Targets read_targets(serai_call& call,
                     std::int64_t op_code,
                     const serai_str* session_ids,
                     std::uint64_t count) {
  if (count > kSessionsMax || (session_ids == nullptr && count != 0)) {
    const std::string limit = std::to_string(kSessionsMax);
    return {wrong(call,
                  event_text(op_code) + " to " + std::to_string(count) + " sessions: at most " +
                      limit + " are named; a null list with a count of 0 stands for everybody"),
            {}};
  }
  if (session_ids == nullptr) return {};
  std::vector<Uuid> sessions;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!readable(session_ids[i])) return {SERAI_INVALID_ARGUMENT, {}};
    const auto id = Uuid::parse(view_of(session_ids[i]));
    if (!id) return {wrong(call, no_session(event_text(op_code))), {}};
    sessions.push_back(*id);
  }
  return {SERAI_OK, std::move(sessions)};
}

serai_status match_broadcast(serai_call* call,
                             std::int64_t op_code,
                             serai_bytes payload,
                             const serai_str* session_ids,
                             std::uint64_t count) {
  if (!is_own(call) || !readable(payload)) return SERAI_INVALID_ARGUMENT;
  Targets targets = read_targets(*call, op_code, session_ids, count);
  if (targets.status != SERAI_OK) return targets.status;
  return answer(*call, SERAI_OK, [&] {
    if (!has_room(*call, payload.size)) return SERAI_RESOURCE_EXHAUSTED;
    return granted_or_refused(
        *call, call->broadcast(op_code, view_of(payload), std::move(targets.sessions)), SERAI_OK);
  });
}

serai_status match_kick(serai_call* call, serai_str session_id) {
  if (!is_own(call) || !readable(session_id)) return SERAI_INVALID_ARGUMENT;
  if (!call->has_entity()) return needs_entity(*call, "a kick");
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
  if (!call->has_entity()) return needs_entity(*call, "a label");
  if (label.size > kLabelBytesMax) {
    return wrong(*call,
                 "the label has " + std::to_string(label.size) + " bytes, the limit is " +
                     std::to_string(kLabelBytesMax));
  }
  call->effects.label = view_of(label);
  return SERAI_OK;
}

serai_status undeclared_account(serai_call& call, std::string_view account) {
  const ModuleContract& contract = call.contract();
  std::string declared;
  for (const AccountContract& each : contract.accounts) {
    declared += (declared.empty() ? "" : ", ") + each.prefix;
  }
  return wrong(call,
               "account \"" + std::string(account) +
                   "\" is not a player's, mint or sink, nor one of " + contract.name +
                   "'s own: " + (declared.empty() ? "it declares none" : declared));
}

// The reason why the transfer would turn money of one currency into another; empty: it does not.
std::string mixed_currencies(const ModuleContract& contract, const LedgerTransfer& transfer) {
  const std::string* first = nullptr;
  for (const LedgerEntry& entry : transfer.entries) {
    const std::string_view currency = contract.currency_of(entry.account);
    if (currency.empty()) continue;
    if (first == nullptr) first = &entry.account;
    const std::string_view of_first = contract.currency_of(*first);
    if (currency == of_first) continue;
    return "a transfer moves one currency: \"" + *first + "\" has " + std::string(of_first) +
           ", \"" + entry.account + "\" has " + std::string(currency) +
           "; make two transfers, with \"sink\" and \"mint\"";
  }
  return {};
}

// NOLINTNEXTLINE(readability-function-size): abi.h gives it six parameters
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
    const std::string_view account = view_of(entries[i].account);
    const std::optional<bool> below_zero = call->contract().may_fall_below_zero(account);
    if (!below_zero) return undeclared_account(*call, account);
    transfer.entries.push_back({std::string(account), entries[i].delta, *below_zero});
  }
  if (const std::string mixed = mixed_currencies(call->contract(), transfer); !mixed.empty()) {
    return wrong(*call, mixed);
  }
  return answer(*call, SERAI_PENDING, [&] {
    return granted_or_refused(*call, call->transfer(std::move(transfer), token), SERAI_PENDING);
  });
}

serai_status ledger_balance(serai_call* call, serai_str account, std::uint64_t token) {
  if (!is_own(call) || !readable(account)) return SERAI_INVALID_ARGUMENT;
  return answer(*call, SERAI_PENDING, [&] {
    return granted_or_refused(
        *call, call->balance(std::string(view_of(account)), token), SERAI_PENDING);
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
  // The id is drawn before the notification may be refused, and in a replay too: so the generator
  // is in the same state afterwards.
  Notification out;
  out.id = Uuid::from_random(call->generator->next(), call->generator->next());
  out.user_id = *user;
  out.subject = view_of(asked->subject);
  out.content = view_of(asked->content);
  out.code = asked->code;
  out.create_s = call->now_ms / 1000;
  out.persistent = asked->persistent != 0;
  return answer(*call, SERAI_OK, [&] {
    if (!has_room(*call, asked->content.size)) return SERAI_RESOURCE_EXHAUSTED;
    return granted_or_refused(*call, call->notify(std::move(out)), SERAI_OK);
  });
}

serai_status config_get(serai_call* call, serai_str key, serai_str* out) {
  if (!is_own(call) || out == nullptr || !readable(key)) return SERAI_INVALID_ARGUMENT;
  const ConfigRead* read = find_read(call->config_reads, view_of(key));
  if (read == nullptr && call->replaying) {
    call->misuse = "reads configuration it did not read the first time";
    return SERAI_NOT_FOUND;
  }
  if (read == nullptr && call->contract().find_setting(view_of(key)) == nullptr) {
    call->misuse = "reads a key of the configuration that the module does not declare";
    return SERAI_NOT_FOUND;
  }
  if (read == nullptr) read = call->read_config(view_of(key));
  if (read == nullptr || !read->value) return SERAI_NOT_FOUND;
  *out = {read->value->data(), read->value->size()};
  return SERAI_OK;
}

// A module may call these functions on every thread. On a foreign thread they return 0.
std::uint32_t is_loader(const serai_host*) {
  return on_registered_thread() && !acts_for_shards() ? 1 : 0;
}

std::uint32_t is_shard(const serai_host*) {
  return on_registered_thread() && acts_for_shards() ? 1 : 0;
}

std::uint32_t is_live(const serai_host*, const serai_call* call) {
  return on_registered_thread() && call != nullptr && call == entered_call() ? 1 : 0;
}

serai_status hash_sha256(const serai_host* self, serai_bytes bytes, std::uint8_t* out) {
  if (behind(self) == nullptr || !readable(bytes) || out == nullptr) return SERAI_INVALID_ARGUMENT;
  const std::string digest = sha256(view_of(bytes));
  std::memcpy(out, digest.data(), SERAI_SHA256_BYTES);
  return SERAI_OK;
}

constexpr serai_match_v1 kMatch{
    sizeof(serai_match_v1), 0, match_broadcast, match_kick, match_set_label};
constexpr serai_ledger_v1 kLedger{sizeof(serai_ledger_v1), 0, ledger_transfer, ledger_balance};
constexpr serai_notify_v1 kNotify{sizeof(serai_notify_v1), 0, notify_player};
constexpr serai_config_v1 kConfig{sizeof(serai_config_v1), 0, config_get};

constexpr serai_thread_check_v1 kThreadCheck{
    sizeof(serai_thread_check_v1), 0, is_loader, is_shard, is_live};

constexpr serai_crypto_draft1 kCrypto{sizeof(serai_crypto_draft1), 0, hash_sha256};

}  // namespace

const void* find_extension(std::string_view id) {
  if (id == SERAI_EXT_MATCH) return &kMatch;
  if (id == SERAI_EXT_LEDGER) return &kLedger;
  if (id == SERAI_EXT_NOTIFY) return &kNotify;
  if (id == SERAI_EXT_CONFIG) return &kConfig;
  if (id == SERAI_EXT_THREAD_CHECK) return &kThreadCheck;
  if (id == SERAI_EXT_CRYPTO) return &kCrypto;
  return nullptr;
}

}  // namespace serai::abi
