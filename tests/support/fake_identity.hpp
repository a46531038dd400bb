// FakeIdentity: accepts the tokens that a test has added, and records every call, for tests of the
// protocol.
//
// Answers come before the function returns. While `fail` is set, every call fails with it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/identity.hpp"

namespace serai::testing {

class FakeIdentity final : public IdentityService {
 public:
  std::map<std::string, TokenClaims, std::less<>> tokens;
  std::optional<Error> fail;
  std::vector<std::string> calls;
  Credentials credentials;               // of the last authenticate()
  Identity identity;                     // of the last link() or unlink()
  AccountUpdate update;                  // of the last update_account()
  SessionVars vars;                      // of the last refresh()
  Account account;                       // the answer of get_account()
  std::vector<User> users;               // the answer of get_users()
  std::vector<Uuid> asked_ids;           // of the last get_users()
  std::vector<std::string> asked_names;  // of the last get_users()

  Uuid add_user(const std::string& token, const std::string& name) {
    TokenClaims claims;
    claims.user_id = Uuid::make_random();
    claims.username = name;
    tokens[token] = claims;
    return claims.user_id;
  }

  void authenticate(Credentials asked, Callback<SessionTokens> answer) override {
    credentials = std::move(asked);
    give(std::move(answer), "authenticate", SessionTokens{true, "token", "refresh"});
  }
  void refresh(std::string, SessionVars asked, Callback<SessionTokens> answer) override {
    vars = std::move(asked);
    give(std::move(answer), "refresh", SessionTokens{false, "token2", "refresh2"});
  }
  void logout(const TokenClaims&,
              std::string token,
              std::string refresh_token,
              Callback<Unit> answer) override {
    give(std::move(answer), "logout " + token + "," + refresh_token, Unit{});
  }
  Result<TokenClaims> verify(std::string_view token) override {
    const auto found = tokens.find(token);
    if (found == tokens.end()) return {Errc::unauthenticated, "signature does not fit"};
    return found->second;
  }
  bool is_server_key(std::string_view key) const override { return key == "defaultkey"; }
  bool is_http_key(std::string_view key) const override { return key == "defaulthttpkey"; }

  void link(const Uuid&, NewLink asked, Callback<Unit> answer) override {
    identity = std::move(asked.identity);
    give(std::move(answer), "link", Unit{});
  }
  void unlink(const Uuid&, Identity asked, Callback<Unit> answer) override {
    identity = std::move(asked);
    give(std::move(answer), "unlink", Unit{});
  }
  void get_account(const Uuid&, Callback<Account> answer) override {
    give(std::move(answer), "get_account", account);
  }
  void update_account(const Uuid&, AccountUpdate asked, Callback<Unit> answer) override {
    update = std::move(asked);
    give(std::move(answer), "update_account", Unit{});
  }
  void delete_account(const Uuid&, Callback<Unit> answer) override {
    give(std::move(answer), "delete_account", Unit{});
  }
  void get_users(std::vector<Uuid> ids,
                 std::vector<std::string> names,
                 Callback<std::vector<User>> answer) override {
    asked_ids = std::move(ids);
    asked_names = std::move(names);
    give(std::move(answer), "get_users", users);
  }

 private:
  template <class T>
  void give(Callback<T> answer, std::string call, T value) {
    calls.push_back(std::move(call));
    if (fail) return answer(*fail);
    answer(std::move(value));
  }
};

}  // namespace serai::testing
