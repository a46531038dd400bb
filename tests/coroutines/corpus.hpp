// The corpus: what modules write around co_await, one named case each, and what they await.
//
// Text    Tracked, which tells by itself what went wrong; or, with PLAIN_TEXT, std::string as
//         modules use it, for AddressSanitizer and valgrind to judge.
// Owner   a case is a plain function; everything it makes is gone when its Task is.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "serai/reply.hpp"
#include "serai/task.hpp"
#include "serai/wait.hpp"
#include "tracked.hpp"

namespace corpus {

using serai::Answer, serai::Reply, serai::Task;

// Whom a call is for; borrows its texts.
struct Target {
  std::string_view kind;
  std::string_view key;
  std::string_view handler;
};

#if defined(PLAIN_TEXT)
using Text = std::string;
#else
using Text = Tracked;
#endif

// Longer than what std::string keeps within itself.
inline Text long_text(const char* begin) {
  return Text(begin) + "-0123456789-0123456789-0123456789";
}

// Stands in for an entity's context: each verb waits as the SDK's do, with the SDK's own waiter,
// and answers what it was asked.
class Desk {
 private:
  template <class Finish>
  auto wait(std::string text, Finish finish) {
    return serai::detail::Waiter(
        wait_,
        "wait",
        [this, heard = std::move(text)](std::uint64_t) {
          wait_.payload = heard;
          return at_once_ ? SERAI_OK : SERAI_PENDING;
        },
        finish);
  }

 public:
  explicit Desk(bool at_once) : at_once_(at_once) {}

  // The name that was asked for.
  auto balance(std::string_view account) {
    return wait(std::string(account), [](serai_status, std::string heard) -> Answer<Text> {
      return Text(heard.c_str());
    });
  }
  // "kind/key/handler:text"
  auto call(const Target& to, std::string_view message) {
    std::string whole;
    whole.append(to.kind).append("/").append(to.key).append("/").append(to.handler);
    return wait(
        whole.append(":").append(message),
        [](serai_status, std::string heard) -> Answer<Text> { return Text(heard.c_str()); });
  }
  auto refused() {
    return wait(
        "", [](serai_status, std::string) -> Answer<Text> { return serai::refuse("not_today"); });
  }
  auto sleep() {
    return wait("", [](serai_status, std::string) { return serai::accept(); });
  }
  const Text& key() const { return key_; }

  // Whoever waits goes on; false: nobody does.
  bool resume() {
    if (!wait_.waiting) return false;
    std::exchange(wait_.waiting, {}).resume();
    return true;
  }

 private:
  bool at_once_;  // answers without a wait
  Text key_ = long_text("desk");
  serai::detail::Wait wait_;
};

// A case says by its answer whether it saw the right values.
struct Idiom {
  const char* name;
  Task<bool> (*play)(Desk& desk);
};

std::vector<Idiom>& idioms();

struct Entry {
  Entry(const char* name, Task<bool> (*play)(Desk&)) { idioms().push_back({name, play}); }
};

// IDIOM(name) { ... co_return true; } makes a case of it.
#define IDIOM(name)                              \
  static Task<bool> name(Desk& desk);            \
  static const Entry name##_entry(#name, &name); \
  static Task<bool> name([[maybe_unused]] Desk& desk)

// What modules hand to their helpers.
struct Order {
  Text id;
  Text name;
  std::vector<Text> tags;
  int amount = 1;
};

// The helpers of a module: Tasks that wait and answer what they were given.
inline Task<Text> child(Desk& desk, Order order, std::string_view message) {
  const Text told(std::string(message).c_str());
  const Answer<Text> heard = co_await desk.balance(order.id);
  Text out = *heard + "|" + order.name + "|" + told;
  for (const Text& tag : order.tags) out = out + "|" + tag;
  co_return out;
}

inline Task<Text> echo(Desk& desk, Text text) {
  const Reply slept = co_await desk.sleep();
  if (!slept) co_return Text("did not sleep");
  co_return text;
}

inline Task<Text> echo_of(Desk& desk, const Text& text) {
  co_await desk.sleep();
  co_return text;
}

inline Task<Answer<Text>> answer(Desk& desk, Text text, bool yes = true) {
  co_await desk.sleep();
  if (!yes) co_return serai::refuse("no", std::string_view(text));
  co_return text;
}

inline Task<bool> decide(Desk& desk, Text text, bool result) {
  co_await desk.sleep();
  co_return result&& text.size() > 0;
}

inline Task<Text> throws(Desk& desk, Text text) {
  co_await desk.sleep();
  throw std::runtime_error(std::string(std::string_view(text)));
}

}  // namespace corpus
