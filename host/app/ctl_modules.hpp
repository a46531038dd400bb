// `host ctl modules` for a person: the modules that serve, since when, and the problems there are.
//
// Thread  any; pure.
#pragma once

#include <string>

namespace serai::app {

// Formats the answer of GET /v1/modules, which --json prints unchanged. Times are in UTC.
std::string modules_for_people(const std::string& status);

}  // namespace serai::app
