#include "session/identity.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "session/validation.hpp"

namespace serai::session {
namespace {

bool same_secret(std::string_view given, std::string_view expected) {
  return !expected.empty() && given.size() == expected.size() &&
         CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

Error invalid_token() { return {Errc::unauthenticated, "Auth token invalid"}; }
Error invalid_refresh_token() {
  return {Errc::unauthenticated, "Refresh token invalid or expired."};
}

std::string in_use(IdentityKind kind) {
  switch (kind) {
    case IdentityKind::device:
      return "Device ID already in use.";
    case IdentityKind::email:
      return "Email is already in use.";
    case IdentityKind::custom:
      break;
  }
  return "Custom ID is already in use.";
}

// Wraps `answer`: an error with this code is replaced by `instead`, whose text clients see. Any
// other result is passed on unchanged.
Callback<Unit> with_text(Errc code, Error instead, Callback<Unit> answer) {
  return [code, instead = std::move(instead), answer = std::move(answer)](Result<> result) mutable {
    if (!result && result.error().code == code) return answer(std::move(instead));
    answer(std::move(result));
  };
}

}  // namespace

ShardIdentity::ShardIdentity(const SessionOptions& options, const IdentityParts& parts)
    : options_(options),
      parts_(parts),
      tokens_(options),
      revoker_(options, parts),
      hasher_(options, parts),
      logins_(options, parts, tokens_, hasher_, revoker_) {}

Result<TokenClaims> ShardIdentity::verify(std::string_view session_token) {
  auto claims = tokens_.open_session(session_token, now_s());
  if (claims.ok() && revoker_.blocks(TokenUse::session, *claims)) return invalid_token();
  return claims;
}

bool ShardIdentity::is_server_key(std::string_view key) const {
  return same_secret(key, options_.server_key);
}

bool ShardIdentity::is_http_key(std::string_view key) const {
  return same_secret(key, options_.http_key);
}

void ShardIdentity::refresh(std::string refresh_token,
                            SessionVars vars,
                            Callback<SessionTokens> answer) {
  if (refresh_token.empty()) return answer({Errc::invalid_argument, "Refresh token is required"});
  auto claims = tokens_.open_refresh(refresh_token, now_s());
  if (!claims || revoker_.blocks(TokenUse::refresh, *claims)) {
    return answer(invalid_refresh_token());
  }
  if (!vars.empty()) claims->vars = std::move(vars);
  if (auto checked = tokens_.check_vars(claims->vars); !checked) return answer(checked.error());
  const Uuid user = claims->user_id;
  auto on_account = [this, old = *std::move(claims), answer = std::move(answer)](
                        Result<Account> account) mutable {
    renew(old, std::move(account), std::move(answer));
  };
  parts_.store.get_account(user, parts_.shard, std::move(on_account));
}

void ShardIdentity::renew(const TokenClaims& old,
                          Result<Account> account,
                          Callback<SessionTokens> answer) {
  if (!account) {
    if (account.error().code != Errc::not_found) return answer(std::move(account).error());
    return answer({Errc::not_found, "User account not found."});
  }
  if (account->disable_s != 0) return answer({Errc::permission_denied, "User account banned."});
  // The user may have logged out while the account was read.
  if (revoker_.blocks(TokenUse::refresh, old)) return answer(invalid_refresh_token());

  TokenClaims claims = old;
  claims.username = account->user.username;
  const std::int64_t now = now_s();
  SessionTokens tokens = tokens_.issue(claims, now);
  if (!revoker_.blocks(TokenUse::session, claims)) return answer(std::move(tokens));

  // The session tokens of this family are revoked, the new one included. Extend the revocation, so
  // that it lasts longer than the new token.
  const RevokedToken block{revocation_id(TokenUse::session, old.token_id),
                           old.user_id,
                           0,
                           now + revoker_.longest_expiry_s()};
  auto on_revoked = [tokens = std::move(tokens),
                     answer = std::move(answer)](Result<> revoked) mutable {
    if (!revoked) return answer(std::move(revoked).error());
    answer(std::move(tokens));
  };
  revoker_.revoke({block}, std::move(on_revoked));
}

void ShardIdentity::logout(const TokenClaims& caller,
                           std::string token,
                           std::string refresh_token,
                           Callback<Unit> answer) {
  const std::int64_t now = now_s();
  std::vector<RevokedToken> records;
  const auto block = [&](TokenUse use, const Result<TokenClaims>& claims) {
    if (!claims || claims->user_id != caller.user_id || revoker_.blocks(use, *claims)) {
      return false;
    }
    const std::int64_t expires_s = std::max(now + revoker_.longest_expiry_s(), claims->expires_s);
    records.push_back({revocation_id(use, claims->token_id), caller.user_id, 0, expires_s});
    return true;
  };
  if (!token.empty() && !block(TokenUse::session, tokens_.open_session(token, now))) {
    return answer({Errc::invalid_argument, "Session token invalid."});
  }
  if (!refresh_token.empty() &&
      !block(TokenUse::refresh, tokens_.open_refresh(refresh_token, now))) {
    return answer({Errc::invalid_argument, "Refresh token invalid."});
  }
  if (records.empty()) records.push_back(revoker_.everything_of(caller.user_id));
  revoker_.revoke(std::move(records), std::move(answer));
}

void ShardIdentity::link(const Uuid& user, NewLink link, Callback<Unit> answer) {
  Identity& identity = link.identity;
  if (auto checked = check_identity(identity); !checked) return answer(std::move(checked));
  if (identity.kind != IdentityKind::email) {
    return store_link(user, std::move(identity), "", std::move(answer));
  }
  if (auto checked = check_password(link.password); !checked) return answer(std::move(checked));
  auto on_hashed = [this, user, identity = std::move(identity), answer = std::move(answer)](
                       Result<std::string> hashed) mutable {
    if (!hashed) return answer(std::move(hashed).error());
    store_link(user, std::move(identity), *std::move(hashed), std::move(answer));
  };
  hasher_.hash(std::move(link.password), address_of_guesser(link.address), std::move(on_hashed));
}

void ShardIdentity::store_link(const Uuid& user,
                               Identity identity,
                               std::string hash_text,
                               Callback<Unit> answer) {
  const Error taken{Errc::already_exists, in_use(identity.kind)};
  const NamedLimit& devices = parts_.limits.devices;
  auto on_linked = [&devices, answer = std::move(answer)](Result<> linked) mutable {
    if (linked || linked.error().code != Errc::resource_exhausted) return answer(std::move(linked));
    answer(devices.refuse(
        Errc::resource_exhausted,
        {"You have linked as many devices as you may", "devices", "unlink one first"}));
  };
  parts_.store.link(user,
                    std::move(identity),
                    std::move(hash_text),
                    parts_.shard,
                    with_text(Errc::already_exists, taken, std::move(on_linked)));
}

void ShardIdentity::unlink(const Uuid& user, Identity identity, Callback<Unit> answer) {
  // The value is not validated: the store does not find a value that could never be linked. An
  // empty value stands for the linked one.
  if (identity.kind == IdentityKind::device && identity.value.empty()) {
    return answer({Errc::invalid_argument, "Device ID is required"});
  }
  if (identity.kind == IdentityKind::email) identity.value = lower_case(std::move(identity.value));
  const Error refused{Errc::permission_denied,
                      "Cannot unlink the last way to log in, or one that is not linked."};
  parts_.store.unlink(user,
                      std::move(identity),
                      parts_.shard,
                      with_text(Errc::permission_denied, refused, std::move(answer)));
}

void ShardIdentity::get_account(const Uuid& user, Callback<Account> answer) {
  auto on_account = [answer = std::move(answer)](Result<Account> account) mutable {
    if (!account && account.error().code == Errc::not_found) {
      return answer({Errc::not_found, "User account not found."});
    }
    answer(std::move(account));
  };
  parts_.store.get_account(user, parts_.shard, std::move(on_account));
}

void ShardIdentity::update_account(const Uuid& user, AccountUpdate update, Callback<Unit> answer) {
  if (auto checked = check_update(update); !checked) return answer(std::move(checked));
  update.now_s = now_s();
  // The client protocol requires "invalid argument" here, not "already exists".
  const Error taken{Errc::invalid_argument, "Username is already in use."};
  parts_.store.update_account(user,
                              std::move(update),
                              parts_.shard,
                              with_text(Errc::already_exists, taken, std::move(answer)));
}

void ShardIdentity::delete_account(const Uuid& user, Callback<Unit> answer) {
  // Revoke the tokens first. After a crash between the two steps the user only has to log in again.
  // In the other order a crash would leave valid tokens of a deleted account.
  auto on_revoked = [this, user, answer = std::move(answer)](Result<> revoked) mutable {
    if (!revoked) return answer(std::move(revoked));
    auto on_deleted = [this, user, answer = std::move(answer)](Result<> deleted) mutable {
      if (!deleted) return answer(std::move(deleted));
      parts_.peers.disconnect(parts_.shard.index(), user, "account deleted");
      // Revoke again, because a login may have come between the two steps.
      revoker_.revoke({revoker_.everything_of(user)},
                      [answer = std::move(answer)](const Result<>&) mutable { answer(success()); });
    };
    parts_.store.delete_account(user, parts_.shard, std::move(on_deleted));
  };
  revoker_.revoke({revoker_.everything_of(user)}, std::move(on_revoked));
}

void ShardIdentity::get_users(std::vector<Uuid> ids,
                              std::vector<std::string> names,
                              Callback<std::vector<User>> answer) {
  if (ids.empty() && names.empty()) return answer(std::vector<User>{});
  parts_.store.get_users(std::move(ids), std::move(names), parts_.shard, std::move(answer));
}

}  // namespace serai::session
