// Task: a handler that may wait. `co_await` suspends it; the host resumes it with the answer.
//
// Rules   parameters are values, except State& and the context (Entity&, Match&, Context&). These
//         stay valid while the handler waits, because its entity handles no other message. A
//         capturing lambda must not be a Task: its captures end before the coroutine does.
// Errors  an exception goes to the awaiting Task. From the outermost Task it goes to the SDK, which
//         fails the call with it.
// Owner   a Task owns its coroutine frame, and so the Tasks that it waits for.
// Thread  the entity's shard.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace serai::inline face {

template <class T>
class Task;

namespace detail {

struct PromiseBase {
  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
      const std::coroutine_handle<> next = done.promise().continuation;
      return next ? next : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { failure = std::current_exception(); }
  void rethrow() const {
    if (failure) std::rethrow_exception(failure);
  }

  std::coroutine_handle<> continuation;
  std::exception_ptr failure;
};

template <class T>
struct Promise : PromiseBase {
  Task<T> get_return_object();
  template <class Value = T>  // the default allows braces: co_return {a, b};
  void return_value(Value&& value) {
    result.emplace(std::forward<Value>(value));
  }
  T take() {
    rethrow();
    return std::move(*result);
  }

  std::optional<T> result;
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const { rethrow(); }
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool done() const { return handle_.done(); }
  void start() const { handle_.resume(); }
  T take() const { return handle_.promise().take(); }

  // Awaiting a Task runs it to its end inside the awaiting one.
  auto operator co_await() const noexcept {
    struct Awaiter {
      Handle child;
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) const noexcept {
        child.promise().continuation = parent;
        return child;
      }
      T await_resume() const { return child.promise().take(); }
    };
    return Awaiter{handle_};
  }

 private:
  Handle handle_;
};

template <class T>
Task<T> detail::Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}

inline Task<void> detail::Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace serai::inline face
