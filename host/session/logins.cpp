#include "session/logins.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "session/password.hpp"
#include "session/validation.hpp"

namespace serai::session {
namespace {

constexpr int kNameTriesMax = 3;
constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// Returns ten random letters. Bytes from 208 on (4 * 52) are discarded, so that all 52 letters are
// equally likely.
std::string random_username() {
  std::string name;
  while (name.size() < 10) {
    std::array<std::uint8_t, 16> bytes{};
    SERAI_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
    for (const std::uint8_t byte : bytes) {
      if (byte < 208 && name.size() < 10) name += kLetters[byte % 52];
    }
  }
  return name;
}

Error not_found() { return {Errc::not_found, "User account not found."}; }
Error wrong_credentials() { return {Errc::unauthenticated, "Invalid credentials."}; }
Error banned() { return {Errc::permission_denied, "User account banned."}; }
}  // namespace

struct Logins::Login {
  Credentials credentials;
  Callback<SessionTokens> answer;
  std::string password_hash;
  int name_tries = 0;
  std::uint64_t looked_up_at = 0;  // Revoker::moment() before the account was looked up

  bool is_email() const { return credentials.identity.kind == IdentityKind::email; }
  bool is_by_name() const { return is_email() && credentials.identity.value.empty(); }
};

void Logins::authenticate(Credentials credentials, Callback<SessionTokens> answer) {
  SERAI_ASSERT(parts_.shard.is_current());
  if (auto checked = check_credentials(credentials); !checked) return answer(checked.error());
  // Check the variables before anything is read or stored, so that a refused login changes nothing.
  if (auto checked = tokens_.check_vars(credentials.vars); !checked) {
    return answer(checked.error());
  }

  auto login = std::make_unique<Login>();
  login->credentials = std::move(credentials);
  login->credentials.address = address_of_guesser(login->credentials.address);
  login->answer = std::move(answer);
  look_up(std::move(login));
}

void Logins::look_up(LoginPtr login) {
  login->looked_up_at = revoker_.moment();
  const Credentials& given = login->credentials;
  const bool by_name = login->is_by_name();
  std::string username = given.username;
  Identity identity = given.identity;
  auto on_answer = [this, login = std::move(login)](Result<FoundAccount> found) mutable {
    on_found(std::move(login), std::move(found));
  };
  if (by_name) {
    parts_.store.find_account_by_name(std::move(username), parts_.shard, std::move(on_answer));
  } else {
    parts_.store.find_account(std::move(identity), parts_.shard, std::move(on_answer));
  }
}

void Logins::on_found(LoginPtr login, Result<FoundAccount> found) {
  if (found.ok()) return admit(std::move(login), *found);
  if (found.error().code != Errc::not_found) return login->answer(std::move(found).error());
  if (login->credentials.create && !login->is_by_name()) return create(std::move(login));
  if (login->is_email()) return check_login_password(std::move(login), FoundAccount{});
  login->answer(not_found());
}

void Logins::create(LoginPtr login) {
  if (!login->is_email()) return store_account(std::move(login));
  std::string password = login->credentials.password;
  const std::string address = login->credentials.address;
  hasher_.hash(std::move(password),
               address,
               [this, login = std::move(login)](Result<std::string> hashed) mutable {
                 if (!hashed) return login->answer(hashed.error());
                 login->password_hash = *std::move(hashed);
                 store_account(std::move(login));
               });
}

void Logins::store_account(LoginPtr login) {
  NewAccount account;
  account.identity = login->credentials.identity;
  account.username = login->credentials.username;
  if (account.username.empty()) account.username = random_username();
  account.password_hash = login->password_hash;
  account.now_s = parts_.now_s();
  parts_.store.create_account(
      std::move(account),
      parts_.shard,
      [this, login = std::move(login)](Result<FoundAccount> stored) mutable {
        on_stored(std::move(login), std::move(stored));
      });
}

void Logins::on_stored(LoginPtr login, Result<FoundAccount> stored) {
  if (stored.ok()) {
    // The account exists: another login with the same identity has created it meanwhile. Continue
    // as an ordinary login.
    if (!stored->created) return admit(std::move(login), *stored);
    return issue(std::move(login), *stored);
  }
  if (stored.error().code != Errc::already_exists) return login->answer(std::move(stored).error());
  if (login->credentials.username.empty() && ++login->name_tries < kNameTriesMax) {
    return store_account(std::move(login));
  }
  login->answer({Errc::already_exists, "Username is already in use."});
}

void Logins::admit(LoginPtr login, const FoundAccount& account) {
  // Check the password before the ban. A caller without the password must not find out whether the
  // account is banned.
  if (login->is_email()) return check_login_password(std::move(login), account);
  if (account.disabled) return login->answer(banned());
  issue(std::move(login), account);
}

void Logins::check_login_password(LoginPtr login, const FoundAccount& account) {
  const std::string address = login->credentials.address;
  if (!may_guess(*login, {account.id, address})) return;
  auto check = [this, login = std::move(login), account](HashTurn turn) mutable {
    const bool has_password = !account.password_hash.empty();
    const bool is_good = turn == HashTurn::now &&
                         password_matches(login->credentials.password,
                                          has_password ? account.password_hash
                                                       : unmatched_password(options_.scrypt_log_n));
    parts_.shard.post([this, turn, is_good, login = std::move(login), account]() mutable {
      on_checked(std::move(login), account, turn, is_good);
    });
  };
  parts_.hashing.run(address, std::move(check));
}

bool Logins::may_guess(Login& login, const Guess& guess) {
  switch (parts_.guesses.take(guess, parts_.clock.steady_us())) {
    case GuessVerdict::too_many_for_account:
      parts_.metrics.refused_for_account.add();
      login.answer({Errc::resource_exhausted,
                    "Too many wrong passwords for this account, try again in some minutes."});
      return false;
    case GuessVerdict::too_many_from_address:
      parts_.metrics.refused_for_address.add();
      login.answer({Errc::resource_exhausted,
                    "Too many wrong passwords from your address, try again in some minutes."});
      return false;
    case GuessVerdict::go_on:
      break;
  }
  return true;
}

void Logins::on_checked(LoginPtr login, const FoundAccount& account, HashTurn turn, bool is_good) {
  const Guess guess{account.id, login->credentials.address};
  if (turn == HashTurn::refused) {
    parts_.guesses.give_back(guess);
    parts_.metrics.refused_for_queue.add();
    return login->answer(too_many_hashes());
  }
  if (!is_good) return login->answer(account.id.is_nil() ? not_found() : wrong_credentials());
  parts_.guesses.succeeded(guess);
  if (account.disabled) return login->answer(banned());
  issue(std::move(login), account);
}

void Logins::issue(LoginPtr login, const FoundAccount& account) {
  if (account.created) return answer_tokens(std::move(login), account);
  if (revoker_.is_revoked_since(account.id, login->looked_up_at)) {
    // All tokens of the user were revoked while the account was read or its password was checked.
    // The password may have changed, or the account may be gone, so start the login again.
    return look_up(std::move(login));
  }
  if (!options_.single_session) return answer_tokens(std::move(login), account);
  std::vector<RevokedToken> records{revoker_.everything_of(account.id)};
  revoker_.revoke(std::move(records),
                  [this, login = std::move(login), account](const Result<>& revoked) mutable {
                    if (!revoked) return login->answer(revoked.error());
                    answer_tokens(std::move(login), account);
                  });
}

void Logins::answer_tokens(LoginPtr login, const FoundAccount& account) {
  const std::int64_t now = parts_.now_s();
  TokenClaims claims;
  claims.token_id = Uuid::make_random().text();
  claims.user_id = account.id;
  claims.username = account.username;
  claims.vars = std::move(login->credentials.vars);
  // After a "log out everywhere" in this second, the new token is dated to the next second. It must
  // be valid, and the earlier tokens of this second must not be.
  claims.issued_s = std::max(now, revoker_.valid_from_s(account.id));
  SessionTokens tokens = tokens_.issue(std::move(claims), now);
  tokens.created = account.created;
  login->answer(std::move(tokens));
}

}  // namespace serai::session
