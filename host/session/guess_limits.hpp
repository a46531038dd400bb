// GuessLimits: how many wrong passwords an account and an address may send; shared by all shards.
//
// A password counts when its check begins, so that parallel checks cannot exceed the limit. It is
// given back when it was right. An address from which a user lately logged in to an account is not
// bound by what others send for that account, so that guessing cannot lock out its owner.
//
// Units   limits count wrong passwords per hour, and that many may come at once. 0: no limit.
// Thread  any: a lock, held for a few look-ups.
// Bound   kRememberedMax accounts and as many addresses; the least recently used ones are
//         forgotten.
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

// One guess: at which account, from where.
struct Guess {
  Uuid account;  // nil: no account has that name
  std::string address;
};

enum class GuessVerdict : std::uint8_t { go_on, too_many_for_account, too_many_from_address };

class GuessLimits {
 public:
  explicit GuessLimits(const GuessRates& rates);

  GuessVerdict take(const Guess& guess, std::int64_t now_us);
  // The password was right, or was never checked: gives back what take() counted.
  void succeeded(const Guess& guess);
  void give_back(const Guess& guess);

 private:
  struct Account {
    TokenBucket guesses;                        // of wrong passwords; refills within an hour
    std::array<std::string, 4> good_addresses;  // the latest in front
    bool knows(std::string_view address) const;
    void remember(const std::string& address);
  };
  static constexpr std::size_t kRememberedMax = 65'536;  // of each kind

  const RateLimit per_account_;
  const RateLimit per_address_;
  std::mutex mutex_;
  RecentMap<Uuid, Account> accounts_{kRememberedMax};  // GUARDED_BY(mutex_)
  RecentMap<std::string, TokenBucket, KeyedTextHash> addresses_{
      kRememberedMax};  // GUARDED_BY(mutex_)
};

// The address as the limits count it: an IPv6 address counts as its /64 network, since its user has
// all 2^64 addresses of it.
std::string address_of_guesser(std::string_view ip);

}  // namespace serai::session
