// REST messages: the names under which the handlers use the messages of requests and answers.
#pragma once

#include <google/protobuf/empty.pb.h>

#include "nakama/api.pb.h"
#include "protocol/rest_call.hpp"

namespace serai::protocol::rest {

namespace api = nakama::api;
using Nothing = google::protobuf::Empty;

}  // namespace serai::protocol::rest
