// `host ctl swap --follow`: asks for a swap and shows it as it happens, until it has settled, was
// refused or went back.
//
// Errors  as the host answered; failed_precondition when the swap went back.
// Thread  the main thread; one more asks while this one watches.
#pragma once

#include <string>

#include "base/result.hpp"
#include "ops/admin_client.hpp"

namespace serai::app {

// `body`: what POST /v1/swap takes. `as_json`: one event a line, else words for a person.
Result<> follow_swap(const ops::AdminClient& client, const std::string& body, bool as_json);

}  // namespace serai::app
