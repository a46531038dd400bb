// OpsRequest, OpsAnswer: one question to the ops plane and its answer, as plain values.
//
// Thread  plain values; the server's thread reads requests and sends answers; any thread makes
//         answers.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "ops/event_feed.hpp"

namespace serai::ops {

struct OpsRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query;
  std::string body;
};

struct OpsAnswer {
  int status = 200;
  std::string body;
  std::string type = "application/json";
  std::string more_header;                        // one more line, "Name: value"; usually none
  std::optional<EventFeed::WatcherId> watcher{};  // events follow the body
};

// Every failure is {"code":<Errc>,"error":"<text>"} with a fitting status. `status` 0: the status
// of the error's code.
OpsAnswer error_answer(const Error& error, int status = 0);

// Splits "/v1/config?origin=1" into path and query, and decodes %XX and + in the query.
OpsRequest parse_target(std::string_view method, std::string_view target);

}  // namespace serai::ops
