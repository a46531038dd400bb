// `host ctl modules` for a person: what serves, since when, and what is not as it should be.
//
// Thread  any; pure.
#pragma once

#include <string>

namespace serai::app {

// `status`: the answer of GET /v1/modules, which --json shows as it is. Times are in UTC.
std::string modules_for_people(const std::string& status);

}  // namespace serai::app
