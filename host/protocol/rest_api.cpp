#include "protocol/rest_api.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "base/proto_json_read.hpp"
#include "protocol/rest_auth.hpp"
#include "protocol/rest_call.hpp"
#include "protocol/rest_rpc.hpp"
#include "protocol/route_table.hpp"

namespace serai::protocol {
namespace {

using google::protobuf::Message;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The message into which the body is parsed: the request itself or one of its fields.
Message& body_target(const Route& route, Message& request) {
  if (route.body == "*") return request;
  const auto* field = request.GetDescriptor()->FindFieldByName(std::string(route.body));
  SERAI_ASSERT(field != nullptr);  // the route table names fields that exist
  return *request.GetReflection()->MutableMessage(&request, field);
}

Result<> parse_request(const HttpRequest& http, const RouteMatch& match, Message& request) {
  const Route& route = *match.route;
  if (!route.body.empty() && !is_blank(http.body)) {
    auto read = read_json(http.body, UnknownFields::ignore, body_target(route, request));
    if (!read) return read;
  }
  if (route.body != "*") {
    const auto query = parse_query(http.query);
    if (!query) return query.error();
    auto bound = bind_query(*query, match.params, request);
    if (!bound) return bound;
  }
  return bind_path(match.params, request);
}

// Checks the caller and its rates. False: the call has been answered with an error.
bool authenticate(const Route& route, RestCall& call) {
  switch (route.auth) {
    case Auth::none:
      return true;
    case Auth::server_key: {
      if (!admit_address(call)) return false;
      const auto checked = check_server_key(call);
      if (!checked) call.fail(checked.error());
      return checked.ok();
    }
    case Auth::session: {
      auto claims = check_session(call);
      if (!claims) {
        call.fail(claims.error());
        return false;
      }
      const Uuid user = claims->user_id;
      call.set_caller(std::move(*claims));
      return admit_user(call, user);
    }
  }
  return false;
}

void run(RestCallPtr call, const RouteMatch& match) {
  const Route& route = *match.route;
  call->set_route(route.call);
  if (!authenticate(route, *call)) return;
  const bool has_session = route.auth == Auth::session;
  const auto opened =
      open_body(*call, call->caller().user_id, has_session ? SIZE_MAX : kLoginBodyBytesMax);
  if (!opened) return call->fail(opened.error());
  const std::unique_ptr<Message> request(route.prototype().New());
  const auto parsed = parse_request(call->request(), match, *request);
  if (!parsed) return call->fail(parsed.error());
  route.handler(std::move(call), *request);
}

// Answers a GET of `/`, which load balancers send, and stray OPTIONS of browsers, with a status and
// no body. False: the request is neither.
bool answer_probe(RestCall& call) {
  const HttpRequest& request = call.request();
  const bool root = request.path == "/";
  if (request.method != "OPTIONS" && !root) return false;
  call.set_route("Probe");
  if (request.method == "GET" || request.method == "OPTIONS") {
    call.send({200, "text/plain", ""}, Errc::ok);
  } else {
    call.fail(Errc::not_found, "Not Found");
  }
  return true;
}

}  // namespace

RestApi::RestApi(RestApiPorts ports, RestApiOptions options)
    : core_(new RestCore{ports,
                         RateLimiter(options.per_user),
                         RateLimiter(options.per_address),
                         RateLimiter(options.body_bytes),
                         {ports.metrics,
                          "player_body_bytes_per_sec",
                          static_cast<std::uint64_t>(options.body_bytes.per_second)},
                         RateLimiter(options.answer_bytes),
                         {ports.metrics,
                          "player_sent_bytes_per_sec",
                          static_cast<std::uint64_t>(options.answer_bytes.per_second)},
                         RpcMeter(ports.metrics),
                         RequestMeter(ports.metrics, "serai_requests_total")}),
      routes_(std::make_unique<RouteTable>(rest_routes())) {}

RestApi::~RestApi() = default;

void RestApi::handle(HttpRequest request, UniqueFunction<void(HttpResponse)> answer) {
  auto call = std::make_unique<RestCall>(*core_, std::move(request), std::move(answer));
  if (is_rpc_path(call->request().path)) return handle_rpc(std::move(call));
  if (answer_probe(*call)) return;
  const RouteMatch match = routes_->find(call->request().method, call->request().path);
  switch (match.outcome) {
    case RouteMatch::Outcome::found:
      return run(std::move(call), match);
    case RouteMatch::Outcome::other_method:
      return call->fail(Errc::unimplemented, "Method Not Allowed");
    case RouteMatch::Outcome::broken_path:
      return call->fail(Errc::invalid_argument, "Broken percent-encoding in the path");
    case RouteMatch::Outcome::unknown_path:
      return call->fail(Errc::not_found, "Not Found");
  }
}

}  // namespace serai::protocol
