// Trace ids: one id for everything that one request causes. An id is 16 bytes, written as 32 hex
// digits.
//
// Source  W3C Trace Context, https://www.w3.org/TR/trace-context/
// Thread  any; pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/uuid.hpp"

namespace serai {

std::string trace_text(const Uuid& trace_id);
// Returns the id in a traceparent header, "00-<32 hex digits>-<16>-<2>"; nil: the header is
// invalid.
Uuid trace_of(std::string_view traceparent);

}  // namespace serai
