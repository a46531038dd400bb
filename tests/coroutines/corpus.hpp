// The corpus: named cases of code that modules write around co_await, and the waits they use.
//
// Text    Tracked, which reports mistakes itself; or, with PLAIN_TEXT, std::string as modules use
//         it, checked by AddressSanitizer and valgrind.
// Owner   a case is a plain function; everything it makes is destroyed with its Task.
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

// The target of a call; borrows its texts.
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

// A text too long for std::string's internal buffer.
inline Text long_text(const char* begin) {
  return Text(begin) + "-0123456789-0123456789-0123456789";
}

// Stands in for an entity's context: each verb waits as the SDK's do, with the SDK's own waiter,
// and answers with its arguments.
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

  // Answers with the account's name.
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

  // Resumes the waiting Task; false: none waits.
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

// A case returns whether it saw the right values.
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

// An argument that modules pass to their helpers.
struct Order {
  Text id;
  Text name;
  std::vector<Text> tags;
  int amount = 1;
};

// Helpers of a module: Tasks that wait and return their arguments.
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
