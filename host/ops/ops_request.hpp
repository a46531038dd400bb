// OpsRequest, OpsAnswer: one request to the ops plane and its answer, as plain values.
//
// Thread  plain values. The server's thread reads requests and sends answers; a worker may make the
//         answer.
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
  std::string more_header;  // one more header line, "Name: value"; empty: none
  std::optional<EventFeed::WatcherId> watcher{};  // set: events of the feed follow the body
};

// The answer for a failure, {"code":<Errc>,"error":"<text>"}. `status`: the HTTP status; 0 takes
// the one that belongs to the error's code.
OpsAnswer error_answer(const Error& error, int status = 0);

// Splits "/v1/config?origin=1" into path and query, and decodes %XX and + in the query.
OpsRequest parse_target(std::string_view method, std::string_view target);

}  // namespace serai::ops
