// UniqueFunction: a callable that can be moved but not copied (std::move_only_function is C++23).
//
// Owner   the function owns its captures and destroys them once, called or not.
// Cost    callables of up to kInlineBytes are stored inside the object; larger ones cost one
//         allocation.
// Thread  not thread-safe; its owner calls it.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"

namespace serai {

template <class Signature>
class UniqueFunction;

template <class R, class... Args>
class UniqueFunction<R(Args...)> {
 public:
  static constexpr std::size_t kInlineBytes = 56;  // together with table_ one cache line

  UniqueFunction() = default;
  UniqueFunction(std::nullptr_t) {}  // NOLINT(google-explicit-constructor)

  template <class F>
  requires(!std::is_same_v<std::decay_t<F>, UniqueFunction> &&
           std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
      // NOLINTNEXTLINE(google-explicit-constructor, bugprone-forwarding-reference-overload)
      UniqueFunction(F&& function) {
    using Target = std::decay_t<F>;
    if constexpr (fits<Target>()) {
      ::new (static_cast<void*>(storage_)) Target(std::forward<F>(function));
      table_ = &kInline<Target>;
    } else {
      ::new (static_cast<void*>(storage_)) Target*(new Target(std::forward<F>(function)));
      table_ = &kBoxed<Target>;
    }
  }

  UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  UniqueFunction(const UniqueFunction&) = delete;
  UniqueFunction& operator=(const UniqueFunction&) = delete;
  ~UniqueFunction() { reset(); }

  explicit operator bool() const { return table_ != nullptr; }

  R operator()(Args... args) {
    SERAI_ASSERT(table_ != nullptr);
    return table_->call(storage_, std::forward<Args>(args)...);
  }

 private:
  struct Table {
    R (*call)(void*, Args&&...);
    void (*move)(void*, void*) noexcept;
    void (*destroy)(void*) noexcept;
  };

  template <class F>
  static constexpr bool fits() {
    // NOLINTNEXTLINE(misc-redundant-expression): for some F both sides are the same number
    return sizeof(F) <= kInlineBytes && alignof(F) <= alignof(std::max_align_t) &&
           std::is_nothrow_move_constructible_v<F>;
  }

  template <class F>
  static constexpr Table kInline{[](void* at, Args&&... args) -> R {
                                   return (*static_cast<F*>(at))(std::forward<Args>(args)...);
                                 },
                                 [](void* from, void* to) noexcept {
                                   ::new (to) F(std::move(*static_cast<F*>(from)));
                                   static_cast<F*>(from)->~F();
                                 },
                                 [](void* at) noexcept { static_cast<F*>(at)->~F(); }};

  template <class F>
  static constexpr Table kBoxed{
      [](void* at, Args&&... args) -> R {
        return (**static_cast<F**>(at))(std::forward<Args>(args)...);
      },
      [](void* from, void* to) noexcept { ::new (to) F*(*static_cast<F**>(from)); },
      [](void* at) noexcept { delete *static_cast<F**>(at); }};

  void take(UniqueFunction& other) noexcept {
    if (other.table_ == nullptr) return;
    other.table_->move(other.storage_, storage_);
    table_ = std::exchange(other.table_, nullptr);
  }
  void reset() noexcept {
    if (table_ != nullptr) std::exchange(table_, nullptr)->destroy(storage_);
  }

  alignas(std::max_align_t) std::byte storage_[kInlineBytes];
  const Table* table_ = nullptr;
};

}  // namespace serai
