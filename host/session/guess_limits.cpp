#include "session/guess_limits.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

namespace serai::session {
namespace {

constexpr std::size_t kNetworkBytes = 8;  // of an IPv6 address: the /64 network

RateLimit per_hour(std::uint32_t count) { return {count / 3600.0, static_cast<double>(count)}; }

}  // namespace

GuessLimits::GuessLimits(const GuessRates& rates)
    : per_account_(per_hour(rates.per_account_hour)),
      per_address_(per_hour(rates.per_address_hour)) {}

bool GuessLimits::Account::has_good_address(std::string_view address) const {
  return std::find(good_addresses.begin(), good_addresses.end(), address) != good_addresses.end();
}

void GuessLimits::Account::remember(const std::string& address) {
  std::rotate(good_addresses.begin(), good_addresses.end() - 1, good_addresses.end());
  good_addresses.front() = address;
}

GuessVerdict GuessLimits::take(const Guess& guess, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  TokenBucket& address = addresses_.at(guess.address);
  if (!address.take(per_address_, now_us)) return GuessVerdict::too_many_from_address;
  if (guess.account.is_nil()) return GuessVerdict::go_on;
  Account& account = accounts_.at(guess.account);
  if (account.has_good_address(guess.address)) return GuessVerdict::go_on;
  if (account.guesses.take(per_account_, now_us)) return GuessVerdict::go_on;
  address.spend(-1);  // no password is checked, so the address is not charged
  return GuessVerdict::too_many_for_account;
}

void GuessLimits::give_back(const Guess& guess) {
  const std::lock_guard lock(mutex_);
  addresses_.at(guess.address).spend(-1);
  if (guess.account.is_nil()) return;
  Account& account = accounts_.at(guess.account);
  if (!account.has_good_address(guess.address)) account.guesses.spend(-1);
}

void GuessLimits::succeeded(const Guess& guess) {
  give_back(guess);
  const std::lock_guard lock(mutex_);
  Account& account = accounts_.at(guess.account);
  if (!account.has_good_address(guess.address)) account.remember(guess.address);
}

std::string address_of_guesser(std::string_view ip) {
  std::string text(ip);
  in6_addr bytes{};
  if (inet_pton(AF_INET6, text.c_str(), &bytes) != 1 || IN6_IS_ADDR_V4MAPPED(&bytes)) return text;
  return {reinterpret_cast<const char*>(&bytes), kNetworkBytes};
}

}  // namespace serai::session
