#include "base/alternate_stack.hpp"

#include <signal.h>

namespace serai {

AlternateStack::AlternateStack() {
  stack_t before{};
  // An alternate stack that is already set, for example by a sanitizer, stays in use.
  if (::sigaltstack(nullptr, &before) != 0 || (before.ss_flags & SS_DISABLE) == 0) return;
  bytes_ = std::make_unique<std::array<char, kBytes>>();
  stack_t stack{};
  stack.ss_sp = bytes_->data();
  stack.ss_size = bytes_->size();
  ::sigaltstack(&stack, nullptr);
}

AlternateStack::~AlternateStack() {
  if (bytes_ == nullptr) return;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
}

}  // namespace serai
