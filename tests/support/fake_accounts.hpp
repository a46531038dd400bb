// FakeAccounts: accounts and revoked tokens in memory.
//
// fail_at(n) makes the n-th call from now fail with `unavailable`, so that a test can let each call
// fail in turn.
//
// Thread  any. Answers are posted to `where`, never given before the function returns.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_function.hpp"
#include "ports/account_store.hpp"

namespace serai::testing {

class FakeAccounts final : public AccountStore {
 public:
  std::size_t devices_max = 16;  // of one account

  void fail_at(int call) { fail_at_ = call; }
  int calls() const { return calls_; }
  // The next find_account() reads at once, but answers only at give_found().
  void hold_next_find() { holds_find_ = true; }
  void give_found() { std::exchange(held_, {})(); }
  void ban(const Uuid& id, std::int64_t at_s) { accounts_.at(id).disable_s = at_s; }
  std::size_t account_count() const { return accounts_.size(); }
  const std::vector<RevokedToken>& revocations() const { return revoked_; }

  void find_account(Identity identity, Executor& where, StoreAnswer<FoundAccount> answer) override {
    if (std::exchange(holds_find_, false)) {
      held_ = [&where, account = found(owner_of(identity)), answer = std::move(answer)]() mutable {
        where.post([account, answer = std::move(answer)]() mutable { answer(std::move(account)); });
      };
      return;
    }
    reply<FoundAccount>(where, std::move(answer), [&]() -> Result<FoundAccount> {
      return found(owner_of(identity));
    });
  }

  void find_account_by_name(std::string username,
                            Executor& where,
                            StoreAnswer<FoundAccount> answer) override {
    reply<FoundAccount>(
        where, std::move(answer), [&]() -> Result<FoundAccount> { return found(named(username)); });
  }

  void create_account(NewAccount account,
                      Executor& where,
                      StoreAnswer<FoundAccount> answer) override {
    reply<FoundAccount>(where, std::move(answer), [&]() -> Result<FoundAccount> {
      if (const Account* owner = owner_of(account.identity)) return found(owner);
      if (named(account.username) != nullptr) return {Errc::already_exists, "user name"};
      Account fresh;
      fresh.user.id = Uuid::make_random();
      fresh.user.username = account.username;
      fresh.user.create_s = fresh.user.update_s = account.now_s;
      fresh.password_hash = account.password_hash;
      set_identity(fresh, account.identity);
      auto out = found(&fresh);
      out->created = true;
      accounts_.emplace(fresh.user.id, fresh);
      return out;
    });
  }

  void get_account(Uuid id, Executor& where, StoreAnswer<Account> answer) override {
    reply<Account>(where, std::move(answer), [&]() -> Result<Account> {
      const auto at = accounts_.find(id);
      if (at == accounts_.end()) return {Errc::not_found, "account"};
      return at->second;
    });
  }

  void get_users(std::vector<Uuid> ids,
                 std::vector<std::string> usernames,
                 Executor& where,
                 StoreAnswer<std::vector<User>> answer) override {
    reply<std::vector<User>>(where, std::move(answer), [&]() -> Result<std::vector<User>> {
      std::vector<User> out;
      for (const auto& [id, account] : accounts_) {
        const bool asked =
            std::find(ids.begin(), ids.end(), id) != ids.end() ||
            std::find(usernames.begin(), usernames.end(), account.user.username) != usernames.end();
        if (asked) out.push_back(account.user);
      }
      return out;
    });
  }

  void update_account(Uuid id,
                      AccountUpdate update,
                      Executor& where,
                      StoreAnswer<Unit> answer) override {
    reply<Unit>(where, std::move(answer), [&]() -> Result<> {
      const auto at = accounts_.find(id);
      if (at == accounts_.end()) return {Errc::not_found, "account"};
      const Account* holder = update.username ? named(*update.username) : nullptr;
      if (holder != nullptr && holder->user.id != id) return {Errc::already_exists, "user name"};
      User& user = at->second.user;
      if (update.username) user.username = *update.username;
      if (update.display_name) user.display_name = *update.display_name;
      if (update.avatar_url) user.avatar_url = *update.avatar_url;
      if (update.lang_tag) user.lang_tag = *update.lang_tag;
      if (update.location) user.location = *update.location;
      if (update.timezone) user.timezone = *update.timezone;
      user.update_s = update.now_s;
      return success();
    });
  }

  void delete_account(Uuid id, Executor& where, StoreAnswer<Unit> answer) override {
    reply<Unit>(where, std::move(answer), [&]() -> Result<> {
      accounts_.erase(id);
      return success();
    });
  }

  void link(Uuid id,
            Identity identity,
            std::string password_hash,
            Executor& where,
            StoreAnswer<Unit> answer) override {
    reply<Unit>(where, std::move(answer), [&]() -> Result<> {
      const Account* owner = owner_of(identity);
      if (owner != nullptr && owner->user.id != id) return {Errc::already_exists, "identity"};
      Account& account = accounts_.at(id);
      const bool is_device = identity.kind == IdentityKind::device;
      if (is_device && owner == nullptr && account.devices.size() >= devices_max) {
        return {Errc::resource_exhausted, "devices"};
      }
      if (owner == nullptr) set_identity(account, identity);
      if (identity.kind == IdentityKind::email) account.password_hash = password_hash;
      return success();
    });
  }

  void unlink(Uuid id, Identity identity, Executor& where, StoreAnswer<Unit> answer) override {
    reply<Unit>(where, std::move(answer), [&]() -> Result<> {
      Account& account = accounts_.at(id);
      const std::size_t ways = account.devices.size() + (account.email.empty() ? 0 : 1) +
                               (account.custom_id.empty() ? 0 : 1);
      const bool is_own = identity.value.empty() || owner_of(identity) == &account;
      if (!is_own || ways < 2) return {Errc::permission_denied, "unlink"};
      if (identity.kind == IdentityKind::device) std::erase(account.devices, identity.value);
      if (identity.kind == IdentityKind::custom) account.custom_id.clear();
      if (identity.kind == IdentityKind::email) {
        account.email.clear();
        account.password_hash.clear();
      }
      return success();
    });
  }

  void revoke(RevokedToken token, Executor& where, StoreAnswer<Unit> answer) override {
    reply<Unit>(where, std::move(answer), [&]() -> Result<> {
      revoked_.push_back(token);
      return success();
    });
  }

  void revoked(std::int64_t now_s,
               Executor& where,
               StoreAnswer<std::vector<RevokedToken>> answer) override {
    reply<std::vector<RevokedToken>>(
        where, std::move(answer), [&]() -> Result<std::vector<RevokedToken>> {
          std::vector<RevokedToken> out;
          for (const RevokedToken& token : revoked_) {
            if (token.expires_s > now_s) out.push_back(token);
          }
          return out;
        });
  }

 private:
  template <class T, class Body>
  void reply(Executor& where, StoreAnswer<T> answer, Body body) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    const bool fails = fail_at_ > 0 && --fail_at_ == 0;
    Result<T> result = fails ? Result<T>(Errc::unavailable, "made to fail") : Result<T>(body());
    where.post([answer = std::move(answer), result = std::move(result)]() mutable {
      answer(std::move(result));
    });
  }

  static bool has(const Account& account, const Identity& identity) {
    switch (identity.kind) {
      case IdentityKind::email:
        return account.email == identity.value;
      case IdentityKind::custom:
        return account.custom_id == identity.value;
      case IdentityKind::device:
        break;
    }
    const auto& devices = account.devices;
    return std::find(devices.begin(), devices.end(), identity.value) != devices.end();
  }

  static void set_identity(Account& account, const Identity& identity) {
    if (identity.kind == IdentityKind::device) account.devices.push_back(identity.value);
    if (identity.kind == IdentityKind::email) account.email = identity.value;
    if (identity.kind == IdentityKind::custom) account.custom_id = identity.value;
  }

  const Account* owner_of(const Identity& identity) const {
    for (const auto& [id, account] : accounts_) {
      if (has(account, identity)) return &account;
    }
    return nullptr;
  }

  const Account* named(const std::string& username) const {
    for (const auto& [id, account] : accounts_) {
      if (account.user.username == username) return &account;
    }
    return nullptr;
  }

  static Result<FoundAccount> found(const Account* account) {
    if (account == nullptr) return {Errc::not_found, "account"};
    return FoundAccount{account->user.id,
                        account->user.username,
                        account->password_hash,
                        account->disable_s != 0,
                        false};
  }

  std::mutex mutex_;
  std::map<Uuid, Account> accounts_;
  std::vector<RevokedToken> revoked_;
  bool holds_find_ = false;
  UniqueFunction<void()> held_;
  int fail_at_ = 0;
  int calls_ = 0;
};

}  // namespace serai::testing
