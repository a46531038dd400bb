#include "protocol/rest_sessions.hpp"

namespace serai::protocol::rest {
namespace {

template <class Request>
Credentials make_credentials(const Request& request) {
  Credentials credentials;
  credentials.create = request.has_create() ? request.create().value() : true;
  credentials.username = request.username();
  for (const auto& [name, value] : request.account().vars()) credentials.vars[name] = value;
  return credentials;
}

UniqueFunction<void(Result<SessionTokens>)> session_answer(RestCallPtr call) {
  return answer_to<SessionTokens>(std::move(call), [](RestCall& done, SessionTokens& tokens) {
    api::Session session;
    session.set_created(tokens.created);
    session.set_token(std::move(tokens.token));
    session.set_refresh_token(std::move(tokens.refresh_token));
    done.reply(session);
  });
}

void authenticate(RestCallPtr call, Credentials credentials) {
  credentials.address = call->request().peer_ip;
  IdentityService& identity = call->ports().identity;
  identity.authenticate(std::move(credentials), session_answer(std::move(call)));
}

}  // namespace

void healthcheck(RestCallPtr call, const Nothing&) { call->reply_empty(); }

void authenticate_custom(RestCallPtr call, const api::AuthenticateCustomRequest& request) {
  Credentials credentials = make_credentials(request);
  credentials.identity = {IdentityKind::custom, request.account().id()};
  authenticate(std::move(call), std::move(credentials));
}

void authenticate_device(RestCallPtr call, const api::AuthenticateDeviceRequest& request) {
  Credentials credentials = make_credentials(request);
  credentials.identity = {IdentityKind::device, request.account().id()};
  authenticate(std::move(call), std::move(credentials));
}

void authenticate_email(RestCallPtr call, const api::AuthenticateEmailRequest& request) {
  Credentials credentials = make_credentials(request);
  credentials.identity = {IdentityKind::email, request.account().email()};
  credentials.password = request.account().password();
  authenticate(std::move(call), std::move(credentials));
}

void refresh_session(RestCallPtr call, const api::SessionRefreshRequest& request) {
  SessionVars vars(request.vars().begin(), request.vars().end());
  IdentityService& identity = call->ports().identity;
  identity.refresh(request.token(), std::move(vars), session_answer(std::move(call)));
}

void logout_session(RestCallPtr call, const api::SessionLogoutRequest& request) {
  const TokenClaims caller = call->caller();
  IdentityService& identity = call->ports().identity;
  identity.logout(caller, request.token(), request.refresh_token(), empty_answer(std::move(call)));
}

}  // namespace serai::protocol::rest
