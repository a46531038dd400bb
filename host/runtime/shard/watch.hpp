// Watch: what the watchdog reads of a shard while module code runs on it.
//
// Thread  written by the shard's thread, read by any.
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
  std::atomic<std::int64_t> entered_us{0};        // 0: not inside a module
  std::atomic<const std::string*> what{nullptr};  // the handler, or another function's name
  std::atomic<std::uint64_t> generation{0};
  std::atomic<std::uint32_t> budget_ms{0};

  // `called` must outlive the call. [the shard's thread, as leave()]
  void enter(const std::string* called,
             std::uint64_t code,
             std::uint32_t budget,
             std::int64_t now) {
    what.store(called, std::memory_order_relaxed);
    generation.store(code, std::memory_order_relaxed);
    budget_ms.store(budget, std::memory_order_relaxed);
    entered_us.store(now, std::memory_order_release);
  }
  void leave() { entered_us.store(0, std::memory_order_release); }
};

// Watches a call into a module that is not a handler, for a scope. Inside another call, the outer
// one stays named.
class Watched {
 public:
  // `entity`: the one that it is called for, if any.
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
