#include "protocol/rest_rpc.hpp"

#include <nlohmann/json.hpp>

#include "base/ascii.hpp"
#include "base/http_status.hpp"
#include "base/json_text.hpp"
#include "base/utf8.hpp"
#include "protocol/rest_auth.hpp"
#include "protocol/rest_call.hpp"
#include "protocol/rpc_log.hpp"

namespace serai::protocol {
namespace {

constexpr std::string_view kPrefix = "/v2/rpc/";

enum class Mode { wrapped, unwrapped };

// Answers an error that the host has found. The member "error" repeats the message.
void fail_by_host(RestCall& call, const Error& error) {
  std::string member;
  append_json_string(error.detail, member);
  call.send(
      {http_status(error.code), "application/json", error_body(error.code, error.detail, member)},
      error.code);
}

// Answers an error of a module. The member "error" is an empty object.
void fail_by_game(RestCall& call, const Error& error) {
  const int number = static_cast<int>(error.code);
  const Errc code = number > 0 && number <= 16 ? error.code : Errc::internal;
  call.send({http_status(code), "application/json", error_body(code, error.detail, "{}")}, code);
}

Result<Caller> caller_of_session(RestCall& call) {
  auto claims = check_session(call);
  if (!claims) return claims.error();
  Caller caller{claims->user_id, claims->username, {}};
  call.set_caller(std::move(*claims));
  return caller;
}

Result<Caller> authenticate(RestCall& call, const NamedValues& query) {
  IdentityService& identity = call.ports().identity;
  if (const std::string* key = find_value(query, "http_key")) {
    if (identity.is_http_key(*key)) return Caller{};
    return {Errc::unauthenticated, "HTTP key invalid"};
  }
  const auto header = authorization_of(call.request());
  if (header && header->starts_with("Basic ")) {
    const auto key = basic_key(*header);
    if (key && identity.is_http_key(*key)) return Caller{};
    return {Errc::unauthenticated, "HTTP key invalid"};
  }
  if (header && header->starts_with("Bearer ")) return caller_of_session(call);
  return {Errc::unauthenticated, "Auth token or HTTP key required"};
}

// Returns the content of a body that is a JSON string. An empty body is an empty payload.
Result<std::string> unwrap_body(const std::string& body) {
  if (body.empty()) return std::string();
  // Parse a JSON string only, so that no tree is built for any other JSON.
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  const bool is_text = begin != std::string::npos && body[begin] == '"';
  auto parsed = is_text ? nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false)
                        : nlohmann::json(nlohmann::json::value_t::discarded);
  if (!parsed.is_string()) {
    return {Errc::invalid_argument,
            "The body must be a JSON string, or the query must contain unwrap"};
  }
  return std::move(parsed.get_ref<std::string&>());
}

Result<RpcRequest> make_request(RestCall& call, Mode mode) {
  HttpRequest& http = call.request();
  auto id = percent_decode(std::string_view(http.path).substr(kPrefix.size()), Plus::plain);
  if (!id || !is_utf8(*id)) {
    return {Errc::invalid_argument, "RPC ID must be percent-encoded UTF-8"};
  }
  if (id->empty()) return {Errc::invalid_argument, "RPC ID must be set"};
  RpcRequest request;
  request.id = lower_case(std::move(*id));
  request.idempotency_key = http.header("idempotency-key");
  request.trace_id = call.trace_id();
  if (http.method == "GET") return request;
  if (mode == Mode::unwrapped) {
    request.payload = std::move(http.body);
    return request;
  }
  auto payload = unwrap_body(http.body);
  if (!payload) return payload.error();
  request.payload = std::move(*payload);
  return request;
}

void reply(RestCall& call, Mode mode, std::string payload) {
  HttpResponse response;
  if (mode == Mode::unwrapped) {
    const std::string_view type = call.request().header("content-type");
    response.content_type = type.empty() ? "text/plain" : std::string(type);
    response.body = std::move(payload);
  } else {
    response.body = "{\"payload\":";
    append_json_string(payload, response.body);
    response.body += '}';
  }
  call.send(std::move(response), Errc::ok);
}

void run(RestCallPtr call, RpcRequest request, Mode mode) {
  Game& game = call->ports().game;
  std::string id = request.id;
  game.rpc(std::move(request),
           [call = std::move(call), id = std::move(id), mode](RpcAnswer answer) mutable {
             log_rpc(call->ports().log,
                     {id, call->caller().user_id, {}, call->trace_id(), call->took_us()},
                     answer);
             Result<std::string>& payload = answer.payload;
             if (!payload && payload.error().kind == ErrorKind::unknown_rpc) {
               return fail_by_host(*call, payload.error());
             }
             call->core().rpcs.observe(id, answer.by, call->took_us());
             if (!payload) return fail_by_game(*call, payload.error());
             reply(*call, mode, *std::move(payload));
           });
}

}  // namespace

bool is_rpc_path(std::string_view path) { return path.starts_with(kPrefix) || path == "/v2/rpc"; }

void handle_rpc(RestCallPtr call) {
  call->set_route("Rpc");
  HttpRequest& http = call->request();
  if (http.method == "OPTIONS") return call->send({200, "text/plain", ""}, Errc::ok);
  if (http.method != "POST" && http.method != "GET") {
    return call->fail(Errc::unimplemented, "Method Not Allowed");
  }
  const NamedValues query = parse_query_leniently(http.query);
  auto caller = authenticate(*call, query);
  if (!caller) return fail_by_host(*call, caller.error());
  // Callers with the HTTP key are servers and have no rate limit.
  const auto rate = caller->user_id.is_nil() ? success() : check_rate(*call, caller->user_id);
  if (!rate) return fail_by_host(*call, rate.error());
  // Bodies of servers are not charged either.
  const auto opened =
      caller->user_id.is_nil() ? http.unpack_body() : open_body(*call, caller->user_id);
  if (!opened) return fail_by_host(*call, opened.error());
  if (http.path == "/v2/rpc") http.path = kPrefix;
  const Mode mode = find_value(query, "unwrap") != nullptr ? Mode::unwrapped : Mode::wrapped;
  auto request = make_request(*call, mode);
  if (!request) return fail_by_host(*call, request.error());
  request->caller = std::move(*caller);
  run(std::move(call), std::move(*request), mode);
}

}  // namespace serai::protocol
