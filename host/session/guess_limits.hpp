// GuessLimits: how many wrong passwords an account and an address may send; shared by all shards.
//
// A password counts when its check begins and is given back when it was right, so that many checks
// at once are no way round. An address from which somebody lately logged in to an account is not
// bound by what others do to that account: guessing locks no owner out.
//
// Units   limits count wrong passwords per hour; so many may come at once. 0: no limit.
// Thread  any: a lock, held for a few look-ups.
// Bound   so many accounts and addresses are remembered; the longest unused are forgotten.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/uuid.hpp"

namespace serai {

struct GuessRates {
  std::uint32_t per_account_hour = 20;
  std::uint32_t per_address_hour = 200;
};

// Who guesses at what.
struct Guess {
  Uuid account;  // nil: there is none of that name
  std::string address;
};

enum class GuessVerdict : std::uint8_t { go_on, too_many_for_account, too_many_from_address };

class GuessLimits {
 public:
  explicit GuessLimits(GuessRates rates) : rates_(rates) {}

  GuessVerdict take(const Guess& guess, std::int64_t now_us);
  // The password was right, or never looked at: what take() counted is given back.
  void succeeded(const Guess& guess);
  void give_back(const Guess& guess);

 private:
  // Refills steadily; full after an hour.
  struct Bucket {
    double used = 0;
    std::int64_t at_us = 0;
    bool take(std::uint32_t per_hour, std::int64_t now_us);
    void give_back();
  };
  struct Account {
    Bucket guesses;
    std::array<std::string, 4> good_addresses;  // the latest in front
    bool knows(std::string_view address) const;
    void remember(const std::string& address);
  };
  // Two generations: a full young one becomes the old one. Ordered, because clients choose the keys
  // and an ordered map has no worst case to choose for.
  template <class Key, class Value>
  struct Memory {
    std::map<Key, Value> young;
    std::map<Key, Value> old;
    Value& at(const Key& key);
  };

  const GuessRates rates_;
  std::mutex mutex_;
  Memory<Uuid, Account> accounts_;         // guarded by mutex_
  Memory<std::string, Bucket> addresses_;  // guarded by mutex_
};

// The address as limits count it: whoever has one IPv6 address has all 2^64 of its network.
std::string address_of_guesser(std::string_view ip);

}  // namespace serai
