#include "protocol/socket_protocol.hpp"

#include "base/parse_number.hpp"
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

// True when the client wants a socket that can resume.
bool wants_resume(const SocketPorts& ports, const NamedValues& query) {
  return ports.resumes != nullptr && parse_bool(value_of(query, "resume")).value_or(false);
}

using Accepted = std::variant<std::unique_ptr<SocketSession>, SocketRefusal>;

// Begins a new session.
Accepted begin_session(SocketCore& core, const TokenClaims& claims, const NamedValues& query) {
  if (auto reserved = core.ports.sessions.reserve_socket(claims.user_id); !reserved) {
    return SocketRefusal{429, reserved.error().detail};
  }
  Presence presence{claims.user_id, Uuid::make_random(), claims.username, core.ports.shard};
  const bool shows_status = parse_bool(value_of(query, "status")).value_or(false);
  SocketOpening opening{shows_status, claims.token_id, claims.issued_s};
  return std::make_unique<ClientSession>(core, std::move(presence), std::move(opening));
}

// Resumes the session of the token in the query, or begins a new one that says why not.
Accepted resume_or_begin(SocketCore& core,
                         const TokenClaims& claims,
                         const NamedValues& query,
                         SocketFormat format) {
  ResumingSockets& resumes = *core.ports.resumes;
  ResumeRefusal refusal = ResumeRefusal::none;
  if (const std::string* token = find_value(query, "resume_token")) {
    const auto last = parse_number<std::uint64_t>(value_of(query, "resume_last"));
    auto outcome = resumes.resume({*token, last, format, claims});
    if (!outcome) return SocketRefusal{429, outcome.error().detail};
    if (outcome->session) return std::move(outcome->session);
    refusal = outcome->refusal;
  }
  Accepted begun = begin_session(core, claims, query);
  auto* session = std::get_if<std::unique_ptr<SocketSession>>(&begun);
  if (session == nullptr) return begun;
  const Presence presence = static_cast<ClientSession&>(**session).presence();
  return resumes.begin(std::move(*session), presence, format, refusal);
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
  if (wants_resume(core_->ports, query)) return resume_or_begin(*core_, *claims, query, format);
  return begin_session(*core_, *claims, query);
}

// The login is checked first, so that only players can choose a shard.
std::optional<std::uint32_t> SocketProtocol::shard_for(const HttpRequest& request) {
  const NamedValues query = parse_query_leniently(request.query);
  const std::string* token = find_value(query, "resume_token");
  if (token == nullptr || !wants_resume(core_->ports, query)) return std::nullopt;
  if (!core_->ports.identity.verify(token_of(request, query))) return std::nullopt;
  return core_->ports.resumes->shard_of(*token);
}

}  // namespace serai::protocol
