// `host ctl swap --follow`: requests a swap and prints its events until it has settled, was refused
// or was rolled back.
//
// Errors  those of the host's answer; failed_precondition when the swap was rolled back;
//         unavailable when the host ends the events.
// Thread  the main thread reads the events; a second thread waits for the answer.
#pragma once

#include <string>

#include "base/result.hpp"
#include "ops/admin_client.hpp"

namespace serai::app {

// `body`: the body of POST /v1/swap. `as_json`: each event is printed as one line of JSON,
// otherwise as text for a person.
Result<> follow_swap(const ops::AdminClient& client, const std::string& body, bool as_json);

}  // namespace serai::app
