// Border: the only way from the runtime into a module's code.
//
// Errors  no exception comes through: what a module throws against the rules of abi.h is a status
// and
//         a text, and harms its own call only.
// Thread  any; what is entered belongs to the thread that entered it.
#pragma once

#include <exception>
#include <string>

#include "serai/abi.h"

namespace serai {

// The run whose handler the calling thread is in; null outside handlers. The only serai_call that
// this thread may use: one kept from an earlier handler, or lent to another thread, is another.
serai_call*& entered_call();

class EnterCall {
 public:
  explicit EnterCall(serai_call* call) : before_(entered_call()) { entered_call() = call; }
  ~EnterCall() { entered_call() = before_; }
  EnterCall(const EnterCall&) = delete;
  EnterCall& operator=(const EnterCall&) = delete;

 private:
  serai_call* before_;
};

// The status of `enter`, or SERAI_INTERNAL with what was thrown in `why`.
template <class Enter>
serai_status guarded(std::string& why, Enter&& enter) noexcept {
  try {
    return enter();
  } catch (const std::exception& thrown) {
    why = std::string("threw: ") + thrown.what();
  } catch (...) {
    why = "threw";
  }
  return SERAI_INTERNAL;
}

// For functions that give things back. True: it did not throw. What it threw over may leak.
template <class Enter>
bool guarded(Enter&& enter) noexcept {
  try {
    enter();
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace serai
