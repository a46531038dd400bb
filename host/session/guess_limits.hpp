// GuessLimits: limits the wrong passwords for each account and from each client address, over all
// shards.
//
// A password is charged as wrong when its check begins, so that parallel checks cannot exceed the
// limit. The charge is reversed when the password is right. The last four addresses from which a
// user logged in to an account are exempt from the account's limit. So wrong passwords from other
// addresses cannot lock out the owner.
//
// Units   limits are wrong passwords per hour, and the burst is the same number. 0: no limit.
//         now_us: microseconds of the steady clock.
// Thread  any: one mutex, locked for a few look-ups.
// Owner   SessionLayer.
// Bound   kRememberedMax accounts and as many addresses; the least recently used ones are dropped.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/keyed_hash.hpp"
#include "base/rate_limit.hpp"
#include "base/recent_map.hpp"
#include "base/uuid.hpp"

namespace serai::session {

struct GuessRates {
  std::uint32_t per_account_hour = 20;
  std::uint32_t per_address_hour = 200;
};

// One password check.
struct Guess {
  Uuid account;         // nil: no account has the name of the login
  std::string address;  // of the client, as returned by address_of_guesser()
};

enum class GuessVerdict : std::uint8_t { go_on, too_many_for_account, too_many_from_address };

class GuessLimits {
 public:
  explicit GuessLimits(const GuessRates& rates);

  // Charges one guess to the account and the address, if both are within their limits. Otherwise
  // nothing is charged, and the password must not be checked.
  GuessVerdict take(const Guess& guess, std::int64_t now_us);
  // The password was right: reverses the charge, and adds the address to those of the account.
  void succeeded(const Guess& guess);
  // The password was not checked: reverses the charge.
  void give_back(const Guess& guess);

 private:
  struct Account {
    TokenBucket guesses;                        // wrong passwords; refills within an hour
    std::array<std::string, 4> good_addresses;  // of the last successful logins, newest first
    bool has_good_address(std::string_view address) const;
    void remember(const std::string& address);
  };
  static constexpr std::size_t kRememberedMax = 65'536;  // accounts, and as many addresses

  const RateLimit per_account_;
  const RateLimit per_address_;
  std::mutex mutex_;
  RecentMap<Uuid, Account> accounts_{kRememberedMax};  // GUARDED_BY(mutex_)
  RecentMap<std::string, TokenBucket, KeyedTextHash> addresses_{
      kRememberedMax};  // GUARDED_BY(mutex_)
};

// Returns the key under which an address is counted. For an IPv6 address this is its /64 network in
// 8 bytes, because one client usually has all 2^64 addresses of it. Other addresses are returned
// unchanged.
std::string address_of_guesser(std::string_view ip);

}  // namespace serai::session
