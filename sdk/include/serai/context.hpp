// Context: the functions of the host that a handler may call: time, random numbers, its caller,
// other entities, money, the log.
//
// Thread  the entity's shard, while the handler runs.
// Errors  an effect that the host refuses fails the whole call when the handler ends; try_send()
//         returns the refusal instead. Waits return their errors.
// Owner   the SDK makes one Context per run of a handler. It lives until the handler has ended, its
//         waits included.
#pragma once

#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "serai/call.hpp"
#include "serai/ext/config.h"
#include "serai/ext/draft/crypto.h"
#include "serai/ext/ledger.h"
#include "serai/ext/match.h"
#include "serai/ext/notify.h"
#include "serai/log.hpp"
#include "serai/reply.hpp"
#include "serai/setting.hpp"
#include "serai/thread_check.hpp"
#include "serai/wait.hpp"
#include "serai/wire.hpp"

namespace serai::inline face {

// The player behind a message.
struct Player {
  std::string id;  // user id, UUID text
  std::string username;
  std::string session_id;  // the player's socket, UUID text; empty for an RPC over HTTP
};

// The caller: a player, another entity, both, or neither of them when the host itself calls.
struct Caller {
  std::string user_id;
  std::string username;
  std::string session_id;
  std::string kind;  // of the calling entity; empty when a client or the host calls
  std::string key;
};

struct Notification {
  std::string_view subject{};
  std::string_view content = "{}";  // text of a JSON object
  int code = 1;                     // above 0
  bool persistent = false;          // stored until a client deletes it
};

namespace detail {
// The host as one loaded version of a module sees it.
struct Instance {
  const serai_host* host = nullptr;
  const serai_match_v1* match = nullptr;  // null where the host lacks the extension
  const serai_ledger_v1* ledger = nullptr;
  const serai_notify_v1* notify = nullptr;
  const serai_config_v1* config = nullptr;
  const serai_crypto_draft1* crypto = nullptr;
  ThreadCheck threads;
};
struct Access;
}  // namespace detail

class Context {  // NOLINT(cppcoreguidelines-special-member-functions)
 public:
  Context(const detail::Instance& instance, serai_call* call, const serai_message& message)
      : instance_(&instance), call_(call), message_(&message) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Unix milliseconds. The value changes only when the handler has waited.
  std::int64_t now_ms() const { return host().now_ms(call_handle()); }
  Log log() const { return {&host(), call_handle()}; }
  Caller caller() const;
  Player player() const;  // the player behind the message; the id is empty without one

  // The next 64 bits of the entity's seeded generator.
  std::uint64_t random_u64() { return host().random(call_handle()); }
  // A number from low to high, both included, each equally likely; `low` when high <= low.
  template <std::integral T>
  T random(T low, T high);
  std::string fresh_key();  // a version 4 UUID from the entity's generator

  // Sends a message without waiting for an answer. The host sends it after the handler has
  // succeeded, and a durable handler's message exactly once. Without a key it goes to the single
  // entity of a kind, or to a stateless handler.
  template <Message M, class T>
  void send(const Call<M, T>& to, std::string_view key, const M& message) {
    const Reply sent = try_send(to, key, message);
    if (!sent.ok() && fault_.ok()) fault_ = sent;
  }
  template <Message M, class T>
  void send(const Call<M, T>& to, const M& message) {
    send(to, {}, message);
  }
  // The same, but returns the host's refusal and does not fail the call.
  template <Message M, class T>
  Reply try_send(const Call<M, T>& to, std::string_view key, const M& message);

  // Calls a handler; `co_await` gives its Answer<T>, or a Reply when T is void. A deadline of 0
  // stands for the host's default. Without a key it calls the single entity of a kind, or a
  // stateless handler.
  template <Message M, class T>
  auto call(const Call<M, T>& to,
            std::string_view key,
            const M& request,
            std::chrono::milliseconds deadline = {});
  template <Message M, class T>
  auto call(const Call<M, T>& to, const M& request, std::chrono::milliseconds deadline = {}) {
    return call(to, std::string_view(), request, deadline);
  }
  auto sleep(std::chrono::milliseconds delay);  // co_await gives a Reply

  // Moves money with the commit of this call. `co_await` gives a Reply; its status is
  // failed_precondition when an account would fall below zero that must not.
  auto transfer(Transfer transfer);
  auto balance(std::string_view account);  // co_await gives an Answer<std::int64_t>

  // Sends a notification to the user's sockets when the handler has succeeded.
  void notify(std::string_view user_id, const Notification& notification);

  // The 32 bytes of the SHA-256 digest. A draft: a host of another release may not have it.
  std::string sha256(std::string_view bytes);

  // The value in the module's configuration, or the setting's default. The type is the setting's;
  // for a std::string_view setting it is std::string.
  template <SettingValue T>
  auto config(const Setting<T>& setting) const;

 protected:
  const serai_host& host() const { return *instance_->host; }
  const detail::Instance& instance() const { return *instance_; }
  const serai_message& message() const { return *message_; }
  serai_call* call_handle() const {
    detail::assert_live(instance_->threads, call_);
    return call_;
  }

  // Stores the first effect that the host refuses. It fails the call when the handler ends.
  void note(serai_status status, std::string_view what) {
    if (status == SERAI_OK || !fault_.ok()) return;
    fault_ = refuse(what, detail::why_refused(status), static_cast<Status>(status));
  }

 private:
  friend struct detail::Access;

  const detail::Instance* instance_;
  serai_call* call_;
  const serai_message* message_;
  detail::Wait wait_;
  Reply fault_;
};

namespace detail {

// The SDK's access to the private members of a context.
struct Access {
  static Wait& wait(Context& context) { return context.wait_; }
  static const Reply& fault(const Context& context) { return context.fault_; }
  static serai_call* call(const Context& context) { return context.call_; }
  static const serai_host& host(const Context& context) { return context.host(); }
  static std::string_view payload(const Context& context) {
    return view(context.message_->payload);
  }
};

inline serai_target abi_target(std::string_view kind,
                               std::string_view key,
                               std::string_view handler) {
  return {sizeof(serai_target), 0, to_abi(kind), to_abi(key), to_abi(handler)};
}

// A uniform random number below `bound`, by rejection of draws that would favour some numbers.
// `bound` 0 stands for 2^64.
template <class Next>
std::uint64_t below(std::uint64_t bound, Next next) {
  if (bound == 0) return next();
  const std::uint64_t unfair = (0 - bound) % bound;
  std::uint64_t drawn = next();
  while (drawn < unfair) drawn = next();
  return drawn % bound;
}

}  // namespace detail

inline Caller Context::caller() const {
  const serai_message& from = *message_;
  return {std::string(view(from.user_id)),
          std::string(view(from.username)),
          std::string(view(from.session_id)),
          std::string(view(from.caller_kind)),
          std::string(view(from.caller_key))};
}

inline Player Context::player() const {
  const serai_message& from = *message_;
  return {std::string(view(from.user_id)),
          std::string(view(from.username)),
          std::string(view(from.session_id))};
}

template <std::integral T>
T Context::random(T low, T high) {
  if (high <= low) return low;
  const auto width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  const std::uint64_t drawn = detail::below(width, [this] { return random_u64(); });
  return static_cast<T>(static_cast<std::uint64_t>(low) + drawn);
}

inline std::string Context::fresh_key() {
  const std::uint64_t high = (random_u64() & ~UINT64_C(0xf000)) | UINT64_C(0x4000);
  const std::uint64_t low = (random_u64() & ~(UINT64_C(3) << 62)) | (UINT64_C(1) << 63);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text += '-';
    const std::uint64_t half = nibble < 16 ? high : low;
    text += digits[(half >> (60 - 4 * (nibble % 16))) & 15U];
  }
  return text;
}

template <Message M, class T>
Reply Context::try_send(const Call<M, T>& to, std::string_view key, const M& message) {
  const serai_target target = detail::abi_target(to.kind, key, to.handler);
  const serai_status status = host().send(call_handle(), &target, to_bytes(serialize(message)));
  if (status == SERAI_OK) return accept();
  const std::string why =
      detail::name_of(to.kind, to.handler).append(": ").append(detail::why_refused(status));
  return refuse("not_sent", why, static_cast<Status>(status));
}

template <Message M, class T>
auto Context::call(const Call<M, T>& to,
                   std::string_view to_key,
                   const M& request,
                   std::chrono::milliseconds deadline) {
  return detail::Waiter(
      wait_,
      "call: " + detail::name_of(to.kind, to.handler),
      [this,
       kind = std::string(to.kind),
       key = std::string(to_key),
       handler = std::string(to.handler),
       payload = serialize(request),
       deadline_ms = detail::clamp_ms(deadline)](std::uint64_t token) {
        const serai_target target = detail::abi_target(kind, key, handler);
        return host().call(call_handle(), &target, to_bytes(payload), deadline_ms, token);
      },
      detail::answer_of<T>);
}

inline auto Context::sleep(std::chrono::milliseconds delay) {
  return detail::Waiter(
      wait_,
      "sleep",
      [this, delay_ms = detail::clamp_ms(delay)](std::uint64_t token) {
        return host().sleep(call_handle(), delay_ms, token);
      },
      detail::reply_of);
}

inline auto Context::transfer(Transfer transfer) {
  return detail::Waiter(
      wait_,
      "transfer",
      [this, order = std::move(transfer)](std::uint64_t token) {
        if (instance_->ledger == nullptr) return serai_status{SERAI_UNIMPLEMENTED};
        std::vector<serai_ledger_entry> entries;
        for (const auto& entry : order.entries_) {
          entries.push_back({to_abi(entry.account), entry.delta});
        }
        return instance_->ledger->transfer(call_handle(),
                                           to_abi(order.idem_key_),
                                           to_abi(order.reason_),
                                           entries.data(),
                                           entries.size(),
                                           token);
      },
      detail::reply_of);
}

inline auto Context::balance(std::string_view account) {
  return detail::Waiter(
      wait_,
      "balance",
      [this, name = std::string(account)](std::uint64_t token) {
        if (instance_->ledger == nullptr) return serai_status{SERAI_UNIMPLEMENTED};
        return instance_->ledger->balance(call_handle(), to_abi(name), token);
      },
      detail::balance_of);
}

inline void Context::notify(std::string_view user_id, const Notification& notification) {
  if (instance_->notify == nullptr) return note(serai_status{SERAI_UNIMPLEMENTED}, "notify");
  const serai_notification given{sizeof(serai_notification),
                                 notification.code,
                                 to_abi(user_id),
                                 to_abi(notification.subject),
                                 to_abi(notification.content),
                                 notification.persistent ? 1U : 0U,
                                 0};
  note(instance_->notify->notify(call_handle(), &given), "notify");
}

inline std::string Context::sha256(std::string_view bytes) {
  std::string digest(SERAI_SHA256_BYTES, '\0');
  const serai_crypto_draft1* table = instance_->crypto;
  const serai_status done =
      table == nullptr
          ? serai_status{SERAI_UNIMPLEMENTED}
          : table->sha256(&host(), to_bytes(bytes), reinterpret_cast<std::uint8_t*>(digest.data()));
  note(done, "sha256");
  return digest;
}

template <SettingValue T>
auto Context::config(const Setting<T>& setting) const {
  serai_str text{};
  const bool set = instance_->config != nullptr &&
                   instance_->config->get(call_handle(), to_abi(setting.key), &text) == SERAI_OK;
  using Value = decltype(detail::read_setting(std::string_view(), setting));
  return set ? detail::read_setting(view(text), setting) : Value(setting.otherwise);
}

}  // namespace serai::inline face
