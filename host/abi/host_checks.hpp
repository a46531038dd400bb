// HostChecks: what every function of the host table looks at before it does anything: who calls,
// and whether what it shows can be there.
//
// Errors  a call that may not be served is answered SERAI_INVALID_ARGUMENT, null or 0. Where a rule
//         of abi.h was broken, the handler that the thread is in fails, whatever it answers;
//         outside handlers "module.broke_border" is logged.
// Thread  any; nothing is done on a thread that modules were never entered on.
#pragma once

#include <cstdint>
#include <string>

#include "abi/call.hpp"
#include "abi/module_calls.hpp"
#include "abi/sink.hpp"

namespace serai::abi {

// False on a thread that a module has started past every check; its use of the host is noted.
// `from`: what the function of the table returns to, in the module, since a default argument is
// evaluated where it is left out.
bool serves(const void* from = __builtin_return_address(0));

// What is behind the host table that a module shows; null when it is not its own. Never looks into
// another one: it may be long gone.
const ModuleHost* behind(const serai_host* shown, const void* from = __builtin_return_address(0));

// Whether a module may use this call here and now. Never looks into it: it may be long gone.
bool is_own(const serai_call* call, const void* from = __builtin_return_address(0));

// Records that the code which the calling thread is in has broken a rule; returns false.
bool broke(const char* rule);

inline constexpr const char* kNotThere =
    "showed the host a null pointer, or one with an absurd length";

// Whether what a module shows can be there at all.
template <class... Views>
bool readable(const Views&... views) {
  const bool there =
      ((views.size == 0 || (views.data != nullptr && views.size <= kSinkBytesMax)) && ...);
  return there || broke(kNotThere);
}

bool readable_target(const serai_target* target);

// Refuses what a handler asked for with an argument that cannot be meant.
serai_status wrong(serai_call& call, std::string why);
serai_status needs_entity(serai_call& call, const char* what);

inline serai_status granted_or_refused(serai_call& call,
                                       const Result<>& asked,
                                       serai_status granted) {
  return asked ? granted : call.refuse(asked.error());
}

// Bounds what one handler may pile up, so that a module in a loop harms only its own call.
bool has_room(serai_call& call, std::uint64_t bytes);
// Whether the entity may have one more timer; one that is set anew needs no room.
bool has_room_for_timer(serai_call& call, std::uint64_t id);

// What the host answers a handler is part of the run's record. A replay is answered as if nothing
// had been refused, and does nothing: what the answer depends on, who serves a target or which
// timers are set, may be another by then. So a run that was refused something is never replayed.
template <class Ask>
serai_status answer(serai_call& call, serai_status granted, Ask&& ask) {
  if (call.replaying) return granted;
  const serai_status status = ask();
  call.unrepeatable |= status != granted;
  return status;
}

}  // namespace serai::abi
