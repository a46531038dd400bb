// Waits: the objects behind `co_await` on the context's verbs. One wait at a time per handler.
//
// Owner   a waiter owns the bytes that it sends. The context owns the Wait that gets the answer.
// Errors  are returned as Reply or Answer, never thrown. A malformed answer is Status::data_loss.
// Thread  the entity's shard.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "serai/reply.hpp"
#include "serai/wire.hpp"

namespace serai::inline face {

// A transfer of money: entries that sum to zero. The host carries it out once per idem_key, for
// ever.
//   co_await entity.transfer(serai::Transfer(key, "toll").move("player:7", kTowns.of("hama"), 12));
class Transfer {
 public:
  Transfer(std::string_view idem_key, std::string_view reason)
      : idem_key_(idem_key), reason_(reason) {}

  Transfer& move(std::string_view from, std::string_view to, std::int64_t amount) & {
    return entry(from, -amount).entry(to, amount);
  }
  Transfer&& move(std::string_view from, std::string_view to, std::int64_t amount) && {
    return std::move(entry(from, -amount).entry(to, amount));
  }
  Transfer& entry(std::string_view account, std::int64_t delta) {
    entries_.push_back({std::string(account), delta});
    return *this;
  }

 private:
  friend class Context;
  struct Entry {
    std::string account;
    std::int64_t delta;
  };
  std::string idem_key_;
  std::string reason_;
  std::vector<Entry> entries_;
};

namespace detail {

// A handler's one wait at a time. `token` counts the waits, and so identifies the present one.
struct Wait {
  std::uint64_t token = 0;
  std::coroutine_handle<> waiting;
  serai_status status = SERAI_OK;
  std::string payload;
};

inline std::uint32_t clamp_ms(std::chrono::milliseconds delay) {
  if (delay.count() <= 0) return 0;
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(delay.count() < most ? delay.count() : most);
}

// Begin is a callable serai_status(token) that starts the wait. Finish makes the result from the
// status and the payload. `what` is the wait's name in the text of a refusal: "call: counter/add".
template <class Begin, class Finish>
class [[nodiscard]] Waiter {
 public:
  Waiter(Wait& wait, std::string what, Begin begin, Finish finish)
      : wait_(&wait),
        what_(std::move(what)),
        begin_(std::move(begin)),
        finish_(std::move(finish)) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiting) {
    wait_->waiting = waiting;
    wait_->payload.clear();
    wait_->status = begin_(++wait_->token);
    if (wait_->status == SERAI_PENDING) return true;
    wait_->waiting = {};
    if (wait_->status != SERAI_OK)
      wait_->payload.assign(what_).append(": ").append(why_refused(wait_->status));
    return false;
  }
  auto await_resume() { return finish_(wait_->status, std::move(wait_->payload)); }

 private:
  Wait* wait_;
  std::string what_;
  Begin begin_;
  Finish finish_;
};

inline Reply reply_of(serai_status status, std::string text) {
  if (status == SERAI_OK) return accept();
  return {static_cast<Status>(status), std::move(text)};
}

// The type of a wait's result: Reply when there is no answer message.
template <class T>
using AnswerTo = typename std::conditional_t<std::is_void_v<T>,
                                             std::type_identity<Reply>,
                                             std::type_identity<Answer<T>>>::type;

template <class T>
AnswerTo<T> answer_of(serai_status status, std::string bytes) {
  if (std::is_void_v<T> || status != SERAI_OK) return reply_of(status, std::move(bytes));
  if constexpr (Message<T>) {
    T message;
    if (!parse(message, bytes)) return refuse("malformed_answer", Status::data_loss);
    return message;
  } else if constexpr (!std::is_void_v<T>) {
    return bytes;
  }
}

inline Answer<std::int64_t> balance_of(serai_status status, std::string bytes) {
  if (status != SERAI_OK) return reply_of(status, std::move(bytes));
  std::int64_t amount = 0;
  if (bytes.size() != sizeof amount) return refuse("malformed_answer", Status::data_loss);
  std::memcpy(&amount, bytes.data(), sizeof amount);
  return amount;
}

}  // namespace detail
}  // namespace serai::inline face
