// OpsRequest, OpsAnswer: one question to the ops plane and its answer, as plain values.
//
// Thread  plain values; made and sent by the server's thread, answered by any.
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
  std::optional<EventFeed::WatcherId> watcher{};  // goes on with events after the body
};

// Every failure is {"code":<Errc>,"error":"<text>"} with a fitting status. `status` 0: that of the
// code.
OpsAnswer error_answer(const Error& error, int status = 0);

// Takes "/v1/config?origin=1" apart, and undoes %XX and + in the query.
OpsRequest parse_target(std::string_view method, std::string_view target);

}  // namespace serai::ops
