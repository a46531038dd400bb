// Ledger: money, as accounts and transfers between them.
//
// Thread  every call: any thread, never blocks on the database. Answers come on `where`.
// Owner   arguments are moved in. An answer is called exactly once, at the latest with unavailable
//         when the store closes.
// Errors  unavailable: the database is gone, full or locked; the caller may try again.
#pragma once

#include <cstdint>
#include <string>

#include "model/ledger_transfer.hpp"
#include "ports/entity_store.hpp"

namespace serai {

class Ledger {
 public:
  virtual ~Ledger() = default;

  // Reserves the debits of a transfer for one handler run (`run` is unique per run). The transfer
  // is part of the unit once confirm() is called, gone with cancel(). failed_precondition: an
  // account would fall below zero, and its entry does not allow it.
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
