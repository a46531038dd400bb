#include "session/guess_limits.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

namespace serai {
namespace {

constexpr std::size_t kRememberedMax = 32'768;  // of each kind, in each generation
constexpr double kHourUs = 3'600e6;
constexpr std::size_t kNetworkBytes = 8;

}  // namespace

bool GuessLimits::Bucket::take(std::uint32_t per_hour, std::int64_t now_us) {
  if (per_hour == 0) return true;
  used = std::max(0.0, used - static_cast<double>(now_us - at_us) / kHourUs * per_hour);
  at_us = now_us;
  if (used + 1 > per_hour) return false;
  used += 1;
  return true;
}

void GuessLimits::Bucket::give_back() { used = std::max(0.0, used - 1); }

bool GuessLimits::Account::knows(std::string_view address) const {
  return std::find(good_addresses.begin(), good_addresses.end(), address) != good_addresses.end();
}

void GuessLimits::Account::remember(const std::string& address) {
  std::rotate(good_addresses.begin(), good_addresses.end() - 1, good_addresses.end());
  good_addresses.front() = address;
}

template <class Key, class Value>
Value& GuessLimits::Memory<Key, Value>::at(const Key& key) {
  if (young.size() >= kRememberedMax) old = std::exchange(young, {});
  const auto [entry, is_new] = young.try_emplace(key);
  if (is_new) {
    if (auto node = old.extract(key)) entry->second = std::move(node.mapped());
  }
  return entry->second;
}

GuessVerdict GuessLimits::take(const Guess& guess, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  Bucket& address = addresses_.at(guess.address);
  if (!address.take(rates_.per_address_hour, now_us)) return GuessVerdict::too_many_from_address;
  if (guess.account.is_nil()) return GuessVerdict::go_on;
  Account& account = accounts_.at(guess.account);
  if (account.knows(guess.address)) return GuessVerdict::go_on;
  if (account.guesses.take(rates_.per_account_hour, now_us)) return GuessVerdict::go_on;
  address.give_back();  // nothing was checked
  return GuessVerdict::too_many_for_account;
}

void GuessLimits::give_back(const Guess& guess) {
  const std::lock_guard lock(mutex_);
  addresses_.at(guess.address).give_back();
  if (guess.account.is_nil()) return;
  Account& account = accounts_.at(guess.account);
  if (!account.knows(guess.address)) account.guesses.give_back();
}

void GuessLimits::succeeded(const Guess& guess) {
  give_back(guess);
  const std::lock_guard lock(mutex_);
  Account& account = accounts_.at(guess.account);
  if (!account.knows(guess.address)) account.remember(guess.address);
}

std::string address_of_guesser(std::string_view ip) {
  std::string text(ip);
  in6_addr bytes{};
  if (inet_pton(AF_INET6, text.c_str(), &bytes) != 1 || IN6_IS_ADDR_V4MAPPED(&bytes)) return text;
  return {reinterpret_cast<const char*>(&bytes), kNetworkBytes};
}

}  // namespace serai
