#include "protocol/socket_protocol.hpp"

#include "protocol/client_session.hpp"
#include "protocol/query.hpp"
#include "protocol/rest_auth.hpp"

namespace serai::protocol {
namespace {

std::string value_of(const NamedValues& query, std::string_view name) {
  const std::string* value = find_value(query, name);
  return value == nullptr ? std::string() : *value;
}

// Returns the token of the Authorization header, whose scheme must be Bearer. Without that header,
// returns the token of the query.
std::string token_of(const HttpRequest& request, const NamedValues& query) {
  constexpr std::string_view kScheme = "Bearer ";
  if (request.header("authorization").empty()) return value_of(query, "token");
  const auto header = authorization_of(request);
  if (!header || !header->starts_with(kScheme)) return {};
  return std::string(header->substr(kScheme.size()));
}

}  // namespace

SocketProtocol::SocketProtocol(SocketPorts ports, SocketOptions options)
    : core_(std::make_unique<SocketCore>(ports, options)) {}

SocketProtocol::~SocketProtocol() = default;

std::variant<std::unique_ptr<SocketSession>, SocketRefusal> SocketProtocol::accept(
    const HttpRequest& request, SocketFormat& format) {
  const NamedValues query = parse_query_leniently(request.query);
  const std::string asked = value_of(query, "format");
  if (!asked.empty() && asked != "json" && asked != "protobuf") {
    return SocketRefusal{400, "Invalid format parameter"};
  }
  const std::string token = token_of(request, query);
  const auto claims = token.empty() ? Result<TokenClaims>(Errc::unauthenticated, "")
                                    : core_->ports.identity.verify(token);
  if (!claims) return SocketRefusal{401, "Missing or invalid token"};
  format = asked == "protobuf" ? SocketFormat::protobuf : SocketFormat::json;
  if (auto reserved = core_->ports.sessions.reserve_socket(claims->user_id); !reserved) {
    return SocketRefusal{429, reserved.error().detail};
  }
  Presence presence{claims->user_id, Uuid::make_random(), claims->username, core_->ports.shard};
  const bool shows_status = parse_bool(value_of(query, "status")).value_or(false);
  SocketOpening opening{shows_status, claims->token_id, claims->issued_s};
  return std::make_unique<ClientSession>(*core_, std::move(presence), std::move(opening));
}

}  // namespace serai::protocol
