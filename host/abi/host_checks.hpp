// HostChecks: the checks that every function of the host table makes first: the calling thread, the
// call or host that the module passes, and its pointers.
//
// Errors  a refused function returns SERAI_INVALID_ARGUMENT, null or 0. When a rule of abi.h was
//         broken, the handler that the thread is in fails, whatever it returns. Outside handlers
//         "module.broke_border" is logged.
// Thread  any. A foreign thread (foreign_thread.hpp) is refused, and its use of the host is noted.
#pragma once

#include <cstdint>
#include <string>

#include "abi/call.hpp"
#include "abi/module_calls.hpp"
#include "abi/sink.hpp"

namespace serai::abi {

// False on a foreign thread, whose use of the host is noted. `from`: an address in the module. The
// default argument is evaluated in the function of the host table that calls serves(), so it is the
// address to which that function returns.
bool serves(const void* from = __builtin_return_address(0));

// The ModuleHost of the serai_host that a module has passed; null, and a broken rule, when that is
// not its own. Compares pointers only, because the table of another version may have been freed.
const ModuleHost* behind(const serai_host* shown, const void* from = __builtin_return_address(0));

// True when the calling thread is in the handler of this call; else a rule is broken, unless the
// call is null. Compares pointers only, because the call may have been destroyed.
bool is_own(const serai_call* call, const void* from = __builtin_return_address(0));

// Makes the handler that the calling thread is in fail, because its module has broken this rule;
// outside handlers logs the rule. Returns false.
bool broke(const char* rule);

inline constexpr const char* kNotThere =
    "passed the host a null pointer, or one with an absurd length";

// True when a module's texts and payloads can be read: none is null with a size above 0, and none
// is longer than kSinkBytesMax. Else a rule of abi.h is broken.
template <class... Views>
bool readable(const Views&... views) {
  const bool there =
      ((views.size == 0 || (views.data != nullptr && views.size <= kSinkBytesMax)) && ...);
  return there || broke(kNotThere);
}

bool readable_target(const serai_target* target);

// Refuses a request with SERAI_INVALID_ARGUMENT.
serai_status wrong(serai_call& call, std::string why);
// Refuses a request that only the handler of an entity may make. `feature`: "a timer".
serai_status needs_entity(serai_call& call, const char* feature);

// The status of a request: `granted`, or the one of the refusal, which is stored in the call.
inline serai_status granted_or_refused(serai_call& call,
                                       const Result<>& asked,
                                       serai_status granted) {
  return asked ? granted : call.refuse(asked.error());
}

// Counts one more effect with this payload, and refuses it when the run would exceed its limits. So
// a handler in an endless loop harms only its own call.
bool has_room(serai_call& call, std::uint64_t bytes);
// Refuses a timer when the entity has as many as it may have. A timer that is set again needs no
// room.
bool has_room_for_timer(serai_call& call, std::uint64_t id);

// Calls `ask`, which carries out a request of a handler, and returns its status. In a replay the
// request is granted and not carried out, because its status may depend on data that has changed
// since, such as the generation of a target or the timers of the entity. So a run with a refused
// request is never replayed.
template <class Ask>
serai_status answer(serai_call& call, serai_status granted, Ask&& ask) {
  if (call.replaying) return granted;
  const serai_status status = ask();
  call.unrepeatable |= status != granted;
  return status;
}

// As answer(), for a request that changes the entity's timers. A replay that restores the entity
// carries it out, and does not report its status: it was granted before.
template <class Ask>
serai_status answer_timer(serai_call& call, Ask&& ask) {
  if (call.replaying && call.restoring) ask();
  return answer(call, SERAI_OK, ask);
}

}  // namespace serai::abi
