// Ledger: money, as accounts and transfers between them.
//
// Units   amounts are integers in the unit that the game has chosen.
// Thread  every call: any thread. It never waits for the database. The answer comes on `where`.
// Owner   arguments are moved in. An answer is called exactly once; when the store closes first,
//         with unavailable.
// Errors  unavailable: the database cannot be reached, is full or locked. The caller may try again.
#pragma once

#include <cstdint>
#include <string>

#include "model/ledger_transfer.hpp"
#include "ports/entity_store.hpp"

namespace serai {

class Ledger {
 public:
  virtual ~Ledger() = default;

  // Reserves the debits of a transfer for one run of a handler; each run has its own number `run`.
  // confirm() makes the run's transfers part of the unit, cancel() drops them. failed_precondition:
  // an account would fall below zero, and its entry does not allow that.
  virtual void reserve(UnitId unit,
                       std::uint64_t run,
                       LedgerTransfer transfer,
                       Executor& where,
                       StoreAnswer<Unit> answer) = 0;
  virtual void confirm(UnitId unit, std::uint64_t run) = 0;
  virtual void cancel(UnitId unit, std::uint64_t run) = 0;
  virtual void balance(std::string account, Executor& where, StoreAnswer<std::int64_t> answer) = 0;
};

}  // namespace serai
