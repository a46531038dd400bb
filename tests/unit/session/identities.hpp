// Identities: a SessionWorld with one-line calls for accounts and tokens.
//
// Thread  the test's own.
#pragma once

#include <nlohmann/json.hpp>

#include "base/base64.hpp"
#include "session_world.hpp"

namespace serai::testing {

inline Credentials device(std::string id = "device-0001") {
  Credentials credentials;
  credentials.identity = {IdentityKind::device, std::move(id)};
  return credentials;
}

inline Credentials email(std::string address, std::string password) {
  Credentials credentials;
  credentials.identity = {IdentityKind::email, std::move(address)};
  credentials.password = std::move(password);
  return credentials;
}

struct Identities : SessionWorld {
  using SessionWorld::SessionWorld;

  Result<SessionTokens> login(Credentials credentials, std::uint32_t shard = 0) {
    return await<SessionTokens>(shard, [&](Callback<SessionTokens> answer) {
      layer->identity(shard).authenticate(credentials, std::move(answer));
    });
  }
  Result<SessionTokens> refresh(const std::string& token, SessionVars vars = {}) {
    return await<SessionTokens>(1, [&](Callback<SessionTokens> answer) {
      layer->identity(1).refresh(token, vars, std::move(answer));
    });
  }
  Result<> logout(const TokenClaims& caller, std::string token, std::string refresh_token) {
    return await<Unit>(2, [&](Callback<Unit> answer) {
      layer->identity(2).logout(caller, token, refresh_token, std::move(answer));
    });
  }
  Result<> link(const Uuid& user, Identity identity, std::string password = "") {
    return await<Unit>(0, [&](Callback<Unit> answer) {
      layer->identity(0).link(user, {identity, password, "192.0.2.1"}, std::move(answer));
    });
  }
  Result<> update(const Uuid& user, AccountUpdate changes) {
    return await<Unit>(0, [&](Callback<Unit> answer) {
      layer->identity(0).update_account(user, changes, std::move(answer));
    });
  }
  // Whether the token is accepted; all shards must agree.
  bool is_good(const std::string& token) {
    int good = 0;
    for (std::uint32_t i = 0; i < shards.count(); ++i) {
      at(i, [&] { good += layer->identity(i).verify(token).ok() ? 1 : 0; });
    }
    REQUIRE((good == 0 || good == static_cast<int>(shards.count())));
    return good > 0;
  }
  TokenClaims claims(const std::string& token) {
    std::optional<TokenClaims> out;
    at(0, [&] { out = layer->identity(0).verify(token).value(); });
    return *out;
  }
};

template <class T>
Errc code(const Result<T>& result) {
  return result.ok() ? Errc::ok : result.error().code;
}

inline nlohmann::json payload_of(const std::string& token) {
  const std::size_t first = token.find('.') + 1;
  return nlohmann::json::parse(*decode_base64(token.substr(first, token.rfind('.') - first)));
}

}  // namespace serai::testing
