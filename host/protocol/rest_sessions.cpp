#include "protocol/rest_handlers.hpp"
#include "base/ascii.hpp"
#include "protocol/validate.hpp"

// Logins, refresh, logout.
namespace serai::rest {
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

void authenticate(RestCallPtr call, Credentials credentials, const Result<>& checked) {
  if (!checked) return call->fail(checked.error());
  if (!credentials.username.empty()) {
    const auto named = check_sent_username(credentials.username);
    if (!named) return call->fail(named.error());
  }
  credentials.address = call->request().peer_ip;
  IdentityService& identity = call->ports().identity;
  identity.authenticate(std::move(credentials), session_answer(std::move(call)));
}

Result<> check_email_login(const api::AccountEmail& account, const std::string& username) {
  if (account.email().empty()) {
    if (username.empty()) {
      return {Errc::invalid_argument, "Email address or username is required"};
    }
  } else if (auto checked = check_email(account.email()); !checked) {
    return checked;
  }
  return check_sent_password(account.password());
}

}  // namespace

void healthcheck(RestCallPtr call, const Nothing&) { call->reply_empty(); }

void authenticate_custom(RestCallPtr call, const api::AuthenticateCustomRequest& request) {
  Credentials credentials = make_credentials(request);
  credentials.identity = {IdentityKind::custom, request.account().id()};
  authenticate(std::move(call), std::move(credentials), check_custom_id(request.account().id()));
}

void authenticate_device(RestCallPtr call, const api::AuthenticateDeviceRequest& request) {
  Credentials credentials = make_credentials(request);
  credentials.identity = {IdentityKind::device, request.account().id()};
  authenticate(std::move(call), std::move(credentials), check_device_id(request.account().id()));
}

void authenticate_email(RestCallPtr call, const api::AuthenticateEmailRequest& request) {
  Credentials credentials = make_credentials(request);
  const api::AccountEmail& account = request.account();
  credentials.identity = {IdentityKind::email, lower_case(account.email())};
  credentials.password = account.password();
  if (account.email().empty()) credentials.create = false;  // a name alone logs in, never creates
  authenticate(
      std::move(call), std::move(credentials), check_email_login(account, request.username()));
}

void refresh_session(RestCallPtr call, const api::SessionRefreshRequest& request) {
  if (request.token().empty()) {
    return call->fail(Errc::invalid_argument, "Refresh token is required");
  }
  SessionVars vars(request.vars().begin(), request.vars().end());
  IdentityService& identity = call->ports().identity;
  identity.refresh(request.token(), std::move(vars), session_answer(std::move(call)));
}

void logout_session(RestCallPtr call, const api::SessionLogoutRequest& request) {
  const TokenClaims caller = call->caller();
  IdentityService& identity = call->ports().identity;
  identity.logout(caller, request.token(), request.refresh_token(), empty_answer(std::move(call)));
}

}  // namespace serai::rest
