// The routes of the REST interface, one row for each call: how the request is read, and which
// handler gets it.
//
// Thread  any; a constant table.
#pragma once

#include <memory>
#include <span>
#include <string_view>

namespace google::protobuf {
class Message;
}

namespace serai::protocol {

class RestCall;
using RestCallPtr = std::unique_ptr<RestCall>;

enum class Auth { none, server_key, session };

using RestHandler = void (*)(RestCallPtr call, const google::protobuf::Message& request);

struct Route {
  std::string_view call;  // its name in errors, metrics and logs
  std::string_view method;
  std::string_view pattern;  // the path, see RouteTable
  Auth auth;
  std::string_view body;  // target of the body: "" none, "*" the request, else a field of it
  const google::protobuf::Message& (*prototype)();  // an empty message of the request's type
  RestHandler handler;
};

std::span<const Route> rest_routes();

}  // namespace serai::protocol
