// Border: the only way from the runtime into a module's code.
//
// Errors  no exception comes through: what a module throws against the rules of abi.h is a status
//         and a text, and harms its own call only.
// Thread  any; what is entered belongs to the thread that entered it.
#pragma once

#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "abi/foreign_thread.hpp"
#include "abi/generation.hpp"
#include "model/entity_id.hpp"
#include "serai/abi.h"

namespace serai::abi {

// The run whose handler the calling thread is in; null outside handlers. The only serai_call that
// this thread may use: one kept from an earlier handler, or lent to another thread, is another.
inline serai_call*& entered_call() {
  static constinit thread_local serai_call* entered = nullptr;
  return entered;
}

class EnterCall {
 public:
  explicit EnterCall(serai_call* call) : before_(entered_call()) { entered_call() = call; }
  ~EnterCall() { entered_call() = before_; }
  EnterCall(const EnterCall&) = delete;
  EnterCall& operator=(const EnterCall&) = delete;

 private:
  serai_call* before_;
};

// Whose code the calling thread is in; null in the host's own.
inline const Generation*& entered_code() {
  static constinit thread_local const Generation* entered = nullptr;
  return entered;
}

// What of that code it is in when it is no handler, and the entity it is for: a crash names them.
struct EnteredFunction {
  const std::string* name = nullptr;
  const EntityId* entity = nullptr;
};
inline EnteredFunction& entered_function() {
  static constinit thread_local EnteredFunction entered;
  return entered;
}

class EnterCode {
 public:
  explicit EnterCode(const Generation& code) : before_(entered_code()) {
    know_this_thread();
    entered_code() = &code;
  }
  ~EnterCode() { entered_code() = before_; }
  EnterCode(const EnterCode&) = delete;
  EnterCode& operator=(const EnterCode&) = delete;

 private:
  const Generation* before_;
};

void write_thrown(std::string& why, const char* what) noexcept;

// The status of `enter`, or SERAI_INTERNAL with what was thrown in `why`.
template <class Enter>
serai_status guarded(const Generation& code, std::string& why, Enter&& enter) noexcept {
  const EnterCode entered(code);
  try {
    return enter();
  } catch (const std::exception& thrown) {
    write_thrown(why, thrown.what());
  } catch (...) {
    why = "threw";
  }
  return SERAI_INTERNAL;
}

// What a log line about a version begins with, and `more`, which is borrowed from.
std::vector<LogField> with_code(const Generation& code, std::span<const LogField> more);

void log_thrown(const Generation& code, std::string_view function, std::string_view why) noexcept;

// For functions that give things back: nobody waits for their answer, so what they throw is logged.
// What it threw over may leak.
template <class Enter>
void log_what_throws(const Generation& code, std::string_view function, Enter&& enter) noexcept {
  std::string why;
  guarded(code, why, [&] {
    enter();
    return SERAI_OK;
  });
  if (!why.empty()) log_thrown(code, function, why);
}

}  // namespace serai::abi
