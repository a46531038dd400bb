// UnitDesk: accepts units and transfers, answers their callers, and puts the batches together.
//
// Errors  unavailable: the unit, or a unit it builds on, was lost. failed_precondition: an answer
//         under the same key is stored, or being stored, already.
// Thread  one, the writer's.
// Owner   a part owns its answer until its batch is committed or lost.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ports/store.hpp"
#include "storage/balance_cache.hpp"
#include "storage/commit_queue.hpp"
#include "storage/db.hpp"
#include "storage/ledger_book.hpp"

namespace serai::storage {

struct ReserveRequest {
  UnitId unit = 0;
  std::uint64_t run = 0;
  LedgerTransfer transfer;
  Executor* where = nullptr;
  StoreAnswer<Unit> answer;
};

class UnitDesk {
 public:
  // Whether an answer under one of the part's keys is stored or staged already. Answers older than
  // `after_ms` do not count. The result is meaningless when the Db has failed.
  bool is_answered(const UnitPart& part, Db& db, std::int64_t after_ms) const;
  // `answered`: the result of is_answered(). A part with answers is refused when it is true, and
  // when it has no value, because earlier answers could not be looked up.
  void stage(UnitId unit, UnitPart part, std::optional<bool> answered);
  void finish(UnitId unit) { queue_.finish(unit); }
  void abandon(UnitId unit);
  // Reads together what the next reservations will ask, which is quicker than one by one. To be
  // followed by them, and then by forget_transfers(): meanwhile nothing is committed.
  void look_up(const std::vector<const LedgerTransfer*>& transfers, Db& db);
  void forget_transfers() { transfers_.clear(); }
  // To be called with a new connection: another writer may have changed the database.
  void forget_balances() { balances_.clear(); }
  // False: the Db has failed, and nothing has happened; `request` is as before.
  bool reserve(ReserveRequest& request, Db& db);
  // Ends a run: with `keep` its transfers become part of the unit, otherwise they are dropped. `db`
  // may be null. Reservations that waited for this run then get unavailable.
  void conclude(UnitId unit, std::uint64_t run, bool keep, Db* db);
  std::int64_t balance(const std::string& account, Db& db);

  // The staged state, which a load must return when the disk does not have it yet. Also allows an
  // entity with a lost write to be staged again.
  std::optional<CommitQueue::Pending> loading(const EntityId& id);

  bool has_ready() const { return queue_.has_ready(); }
  CommitQueue::Batch take(std::size_t bytes_max) { return queue_.take(bytes_max); }
  void committed(CommitQueue::Batch batch);
  void lost(CommitQueue::Batch batch, const Error& error);
  void close(const Error& error);

 private:
  class Disk;
  struct Parked {
    std::uint64_t waits_for = 0;
    ReserveRequest request;
  };
  std::int64_t balance_on_disk(const std::string& account, Db& db);
  void drop_lost();
  void retry_parked(std::uint64_t concluded_run, Db* db);
  void refuse(UnitId unit, UnitPart part, const Error& error);
  void answer(UnitPart& part, Result<> result);
  void answer_all(std::vector<UnitPart>& parts, const Error& error);

  CommitQueue queue_;
  LedgerBook book_;
  BalanceCache balances_;
  // By key, for the keys that look_up() has read: true when the ledger has the transfer.
  std::unordered_map<std::string, bool, KeyedTextHash> transfers_;
  std::vector<Parked> parked_;
  std::set<std::pair<std::string, std::string>> answers_;  // staged but not on disk yet: scope, key
};

}  // namespace serai::storage
