#include "protocol/rest_auth.hpp"

#include "base/base64.hpp"
#include "protocol/rest_call.hpp"

namespace serai::protocol {

std::optional<std::string_view> authorization_of(const HttpRequest& request) {
  std::optional<std::string_view> found;
  for (const auto& [name, value] : request.headers) {
    if (name != "authorization") continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

std::optional<std::string> basic_key(std::string_view authorization) {
  constexpr std::string_view kScheme = "Basic ";
  if (!authorization.starts_with(kScheme)) return std::nullopt;
  auto decoded = decode_base64(authorization.substr(kScheme.size()));
  if (!decoded) return std::nullopt;
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  decoded->resize(colon);
  return decoded;
}

Result<> check_server_key(RestCall& call) {
  const auto header = authorization_of(call.request());
  if (!header) return {Errc::unauthenticated, "Server key required"};
  const auto key = basic_key(*header);
  if (!key || !call.ports().identity.is_server_key(*key)) {
    return {Errc::unauthenticated, "Server key invalid"};
  }
  return success();
}

Result<TokenClaims> check_session(RestCall& call) {
  constexpr std::string_view kScheme = "Bearer ";
  if (call.request().header("authorization").empty()) {
    return {Errc::unauthenticated, "Auth token required"};
  }
  const auto header = authorization_of(call.request());
  if (!header || !header->starts_with(kScheme)) {
    return {Errc::unauthenticated, "Auth token invalid"};
  }
  auto claims = call.ports().identity.verify(header->substr(kScheme.size()));
  if (!claims && claims.error().code == Errc::unauthenticated) {
    return {Errc::unauthenticated, "Auth token invalid"};
  }
  return claims;
}

}  // namespace serai::protocol
