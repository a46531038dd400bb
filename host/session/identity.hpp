// ShardIdentity: logins, tokens and accounts as one shard serves them.
//
// Errors  those of IdentityService; texts are what clients see.
// Thread  the shard's own. Passwords are hashed on the pool, records read by the store; both answer
//         here.
// Owner   belongs to SessionLayer, outlives the shards' running. Logins in flight own themselves.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "ports/account_store.hpp"
#include "ports/identity.hpp"
#include "runtime/shard/shard.hpp"
#include "session/guess_limits.hpp"
#include "session/hash_pool.hpp"
#include "session/metrics.hpp"
#include "session/options.hpp"
#include "session/revocations.hpp"
#include "session/session_limits.hpp"
#include "session/tokens.hpp"

namespace serai {

// What one shard's identity asks of the others.
class IdentityPeers {
 public:
  virtual ~IdentityPeers() = default;
  // Makes a stored revocation known on all shards, then runs `done` on the asking one.
  virtual void share(std::uint32_t asking_shard, RevokedToken record, Work done) = 0;
  virtual void disconnect(std::uint32_t asking_shard, const Uuid& user, std::string reason) = 0;
};

struct IdentityParts {
  Shard& shard;
  AccountStore& store;
  const Clock& clock;
  HashPool& hashing;
  GuessLimits& guesses;
  const SessionLimits& limits;
  SessionMetrics& metrics;
  IdentityPeers& peers;
};

class ShardIdentity final : public IdentityService {
 public:
  ShardIdentity(const SessionOptions& options, const IdentityParts& parts);

  void authenticate(Credentials credentials, Answer<SessionTokens> answer) override;
  void refresh(std::string refresh_token, SessionVars vars, Answer<SessionTokens> answer) override;
  void logout(const TokenClaims& caller,
              std::string token,
              std::string refresh_token,
              Answer<Unit> answer) override;
  Result<TokenClaims> verify(std::string_view session_token) override;
  bool is_server_key(std::string_view key) const override;
  bool is_http_key(std::string_view key) const override;

  void link(const Uuid& user, NewLink link, Answer<Unit> answer) override;
  void unlink(const Uuid& user, Identity identity, Answer<Unit> answer) override;
  void get_account(const Uuid& user, Answer<Account> answer) override;
  void update_account(const Uuid& user, AccountUpdate update, Answer<Unit> answer) override;
  void delete_account(const Uuid& user, Answer<Unit> answer) override;
  void get_users(std::vector<Uuid> ids,
                 std::vector<std::string> names,
                 Answer<std::vector<User>> answer) override;

  // A stored revocation, from start-up or from any shard.
  void learn(const RevokedToken& record) { revocations_.add(record, now_s()); }
  // Whether the login's session tokens have been revoked.
  bool is_revoked(const TokenClaims& login) const {
    return revocations_.blocks(TokenUse::session, login);
  }

 private:
  struct Login;
  using LoginPtr = std::unique_ptr<Login>;

  std::int64_t now_s() const { return parts_.clock.now_ms() / 1000; }
  std::int64_t longest_expiry_s() const;

  // A login's steps: found, perhaps created, admitted, given tokens.
  void look_up(LoginPtr login);
  void on_found(LoginPtr login, Result<FoundAccount> found);
  void create(LoginPtr login);
  void store_account(LoginPtr login);
  void on_stored(LoginPtr login, Result<FoundAccount> stored);
  void admit(LoginPtr login, const FoundAccount& account);
  // An account without id is one that does not exist: that takes as long as a wrong password.
  void check_login_password(LoginPtr login, const FoundAccount& account);
  void on_checked(LoginPtr login, const FoundAccount& account, HashTurn turn, bool is_good);
  // True when the guess is within the limits; else the login is answered.
  bool may_guess(Login& login, const Guess& guess);
  void issue(LoginPtr login, const FoundAccount& account);
  void answer_tokens(LoginPtr login, const FoundAccount& account);

  void renew(const TokenClaims& old, Result<Account> account, Answer<SessionTokens> answer);
  RevokedToken everything_of(const Uuid& user) const;
  // Stores and shares the records one after the other, then answers.
  void revoke(std::vector<RevokedToken> records, Answer<Unit> answer);
  void store_link(const Uuid& user, Identity identity, std::string hash, Answer<Unit> answer);
  void hash(std::string password, const std::string& address, Answer<std::string> answer);

  const SessionOptions& options_;
  IdentityParts parts_;
  Tokens tokens_;
  Revocations revocations_;
};

}  // namespace serai
