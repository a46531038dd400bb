// Watch: the call into a module that a shard is in. The watchdog reads it.
//
// Thread  enter(), leave(): the shard's. The members: any thread may read them.
// Owner   ShardServices.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "abi/module_calls.hpp"
#include "model/entity_id.hpp"
#include "runtime/shard/environment.hpp"

namespace serai::runtime {

struct Watch {
  std::atomic<std::int64_t> entered_us{0};            // steady clock; 0: not in a module
  std::atomic<const std::string*> function{nullptr};  // the name of the handler or function
  std::atomic<std::uint64_t> generation{0};
  std::atomic<std::uint32_t> budget_ms{0};

  // `called`, the function's name, must never be freed, because the watchdog may read it later.
  // `code`: the generation's id. `budget` in milliseconds, `now` in microseconds (steady clock).
  void enter(const std::string* called,
             std::uint64_t code,
             std::uint32_t budget,
             std::int64_t now) {
    function.store(called, std::memory_order_relaxed);
    generation.store(code, std::memory_order_relaxed);
    budget_ms.store(budget, std::memory_order_relaxed);
    entered_us.store(now, std::memory_order_release);
  }
  void leave() { entered_us.store(0, std::memory_order_release); }
};

// Watched: registers a call into a module that is not a handler, for a scope. The watchdog measures
// it, and a crash report names it. Inside another call, the watchdog still measures the outer call.
class Watched {
 public:
  // `entity`: the entity that the function works on; null: none. All arguments are borrowed.
  Watched(Watch& watch,
          const std::string& called,
          std::uint64_t code,
          const Environment& env,
          const EntityId* entity = nullptr)
      : watch_(watch),
        outermost_(watch.entered_us.load(std::memory_order_relaxed) == 0),
        before_(std::exchange(abi::entered_function(), {&called, entity})) {
    if (outermost_) {
      watch.enter(&called, code, env.options.handler_budget_ms, env.clock.steady_us());
    }
  }
  ~Watched() {
    abi::entered_function() = before_;
    if (outermost_) watch_.leave();
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

 private:
  Watch& watch_;
  bool outermost_;
  abi::EnteredFunction before_;
};

}  // namespace serai::runtime
