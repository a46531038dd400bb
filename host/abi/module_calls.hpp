// Module calls: the host enters a module's code only by the functions of this file.
//
// Errors  no exception leaves a module: abi.h forbids them. An exception becomes a status and a
//         text, and only its own call fails.
// Thread  any. Each thread has its own entered call, code and function.
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

// The call whose handler the calling thread is in; null outside handlers. A module may use no other
// serai_call on this thread: any other belongs to an earlier handler or to another thread.
inline serai_call*& entered_call() {
  static constinit thread_local serai_call* entered = nullptr;
  return entered;
}

// Sets entered_call() for a scope.
class EnterCall {
 public:
  explicit EnterCall(serai_call* call) : before_(entered_call()) { entered_call() = call; }
  ~EnterCall() { entered_call() = before_; }
  EnterCall(const EnterCall&) = delete;
  EnterCall& operator=(const EnterCall&) = delete;

 private:
  serai_call* before_;
};

// The version whose code the calling thread is in; null in the host's own code.
inline const Generation*& entered_code() {
  static constinit thread_local const Generation* entered = nullptr;
  return entered;
}

// The function of the module that the thread is in, when it is not a handler, and the entity it
// works on. A crash report names both. Both are borrowed; null: none.
struct EnteredFunction {
  const std::string* name = nullptr;
  const EntityId* entity = nullptr;
};
inline EnteredFunction& entered_function() {
  static constinit thread_local EnteredFunction entered;
  return entered;
}

// Sets entered_code() for a scope, and registers the thread as one that enters modules.
class EnterCode {
 public:
  explicit EnterCode(const Generation& code) : before_(entered_code()) {
    register_this_thread();
    entered_code() = &code;
  }
  ~EnterCode() { entered_code() = before_; }
  EnterCode(const EnterCode&) = delete;
  EnterCode& operator=(const EnterCode&) = delete;

 private:
  const Generation* before_;
};

// Writes the text of an exception to `why`. Without memory for the text, writes "threw" alone.
void write_thrown(std::string& why, const char* what) noexcept;

// Calls `enter` in the module's code and returns its status. After an exception returns
// SERAI_INTERNAL, with the exception's text in `why`.
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

// The fields of a log line about a version: its name, version and generation, then `more`. They
// borrow from both arguments.
std::vector<LogField> with_code(const Generation& code, std::span<const LogField> more);

// Logs "module.threw".
void log_thrown(const Generation& code, std::string_view function, std::string_view why) noexcept;

// Calls a function that releases an object of the module, and logs its exception: such a function
// has no status to return. The object that it should have released may leak.
template <class Enter>
void log_exceptions(const Generation& code, std::string_view function, Enter&& enter) noexcept {
  std::string why;
  guarded(code, why, [&] {
    enter();
    return SERAI_OK;
  });
  if (!why.empty()) log_thrown(code, function, why);
}

}  // namespace serai::abi
