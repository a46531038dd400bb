// Checks a compiler's coroutines. serai_add_module() runs this program before it builds modules
// with the compiler. The cases are co_await expressions as modules write them, with Tracked texts,
// which detect a wrong address. tests/coroutines/ in Serai's tree has the full set of cases.
//
// Exit    0: the compiler is correct; 1: it is not, and a line names the case and the mistake.
#include <cstdio>
#include <utility>
#include <vector>

#include "serai/task.hpp"
#include "tracked.hpp"

namespace {

using serai::Task;

std::coroutine_handle<> waiting;  // NOLINT(readability-identifier-naming)

struct Pause {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const noexcept { waiting = handle; }
  void await_resume() const noexcept {}
};

struct Balance {
  Tracked account;
  explicit Balance(std::string_view name) : account(name) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const noexcept { waiting = handle; }
  Tracked await_resume() const { return account; }
};

struct Order {
  Tracked id;
  Tracked name;
  std::vector<Tracked> tags;
};

Task<Tracked> child(Order order) {
  co_await Pause();
  co_return order.id + order.name;
}

Task<Tracked> echo(Tracked text) {
  co_await Pause();
  co_return text;
}

Task<bool> conditional_argument() {
  const Tracked id = "id";
  co_return co_await Balance(id.size() > 0 ? "player:" + id : "sink") == "player:id";
}

Task<bool> conditional_wait() {
  const Tracked other = "other";
  const Tracked text = other.size() > 0 ? co_await echo(other) : other;
  co_return text == "other";
}

Task<bool> aggregate_argument() {
  const Tracked id = "id";
  const Tracked text = co_await child({id, "name", {}});
  co_return text == "idname";
}

Task<bool> aggregate_of_a_wait() {
  const Tracked text = co_await child({co_await echo("a"), "b", {}});
  co_return text == "ab";
}

Task<bool> loop_of_waits() {
  Tracked sum = "";
  for (const char* part : {"a", "b"}) sum += co_await echo(*part == 'a' ? sum + part : part);
  co_return sum == "ab";
}

Task<bool> lambda_awaited_in_place() {
  const Tracked id = "id";
  const Tracked text = co_await [id]() -> Task<Tracked> {
    co_await Pause();
    co_return id;
  }();
  co_return text == "id";
}

bool is_right(Task<bool> (*play)()) {
  Task<bool> task = play();
  task.start();
  while (!task.done()) std::exchange(waiting, {}).resume();
  return task.take();
}

}  // namespace

// Stops at the first mistake, because after it no other result is reliable.
int main() {
  struct Case {
    const char* name;
    Task<bool> (*play)();
  };
  for (const Case one : {Case{"conditional_argument", &conditional_argument},
                         {"conditional_wait", &conditional_wait},
                         {"aggregate_argument", &aggregate_argument},
                         {"aggregate_of_a_wait", &aggregate_of_a_wait},
                         {"loop_of_waits", &loop_of_waits},
                         {"lambda_awaited_in_place", &lambda_awaited_in_place}}) {
    const char* wrong = is_right(one.play) ? nullptr : "wrong values";
    if (Tracked::alive() > 0) wrong = "a temporary is never destroyed";
    if (Tracked::mistake() != nullptr) wrong = Tracked::mistake();
    if (wrong == nullptr) continue;
    std::printf("%s: %s\n", one.name, wrong);
    return 1;
  }
  return 0;
}
