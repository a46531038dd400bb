// BalanceCache: balances on disk that have been read already. The store is the only writer of its
// database, so a balance that it has read changes only by its own commits.
//
// Units   amounts are whole units of the game's money.
// Thread  one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/keyed_hash.hpp"

namespace serai::storage {

class BalanceCache {
 public:
  static constexpr std::size_t kAccountsMax = 262'144;  // then it starts again with none

  std::optional<std::int64_t> find(const std::string& account) const {
    const auto found = balances_.find(account);
    return found == balances_.end() ? std::nullopt : std::optional(found->second);
  }
  void put(const std::string& account, std::int64_t balance) {
    if (balances_.size() >= kAccountsMax) balances_.clear();
    balances_[account] = balance;
  }
  // An entry of a committed transfer.
  void add(const std::string& account, std::int64_t delta) {
    if (const auto found = balances_.find(account); found != balances_.end()) {
      found->second += delta;
    }
  }
  // To be called when another writer may have changed the database.
  void clear() { balances_.clear(); }

 private:
  std::unordered_map<std::string, std::int64_t, KeyedTextHash> balances_;
};

}  // namespace serai::storage
