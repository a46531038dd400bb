// Trace ids: one id for everything that one request causes. The form is that of W3C Trace Context,
// https://www.w3.org/TR/trace-context/: 16 bytes, written as 32 hex digits.
//
// Thread  any.
#pragma once

#include <string>
#include <string_view>

#include "base/uuid.hpp"

namespace serai {

std::string trace_text(const Uuid& trace_id);
// The id in a traceparent header, "00-<32 hex digits>-<16>-<2>"; nil when there is none in it.
Uuid trace_of(std::string_view traceparent);

}  // namespace serai
