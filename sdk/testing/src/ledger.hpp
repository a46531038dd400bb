// Ledger: the World's money. Holds are reserved per run and kept or dropped when the run ends.
//
// Errors  invalid_argument: entries do not sum to zero; failed_precondition: an account would fall
//         below zero; already_exists: the key was used for another transfer.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "serai/testing/world.hpp"

namespace serai::testing {

class Ledger {
 public:
  using Entries = std::vector<std::pair<std::string, std::int64_t>>;

  Outcome hold(std::uint64_t run, const std::string& idem_key, const Entries& entries);
  void keep(std::uint64_t run);
  void drop(std::uint64_t run);

  void credit(const std::string& account, std::int64_t amount) { balances_[account] += amount; }
  std::int64_t balance(const std::string& account) const;
  std::int64_t available(const std::string& account) const;  // less what is reserved
  const std::map<std::string, std::int64_t>& balances() const { return balances_; }

 private:
  struct Hold {
    std::uint64_t run;
    std::string idem_key;
    Entries entries;
  };

  std::map<std::string, std::int64_t> balances_;
  std::map<std::string, Entries> done_;  // by idem_key
  std::vector<Hold> holds_;
};

}  // namespace serai::testing
