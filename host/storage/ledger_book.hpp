// LedgerBook: money that is reserved but not on disk yet. Pure logic; LedgerDisk reads the disk.
//
// Rules   a transfer sums to zero and happens once per key. An account whose entries are not
//         below_zero never falls below zero in any state that can reach the disk. A unit may spend
//         money that it has received itself. Credits of another unit count once that unit has
//         ended; the spender must then not be committed before it (Verdict::after).
// Swap    two versions may declare an account differently. Once one of them has written it with
//         below_zero, the audit accepts a balance below zero.
// Units   amounts are whole units of the game's money. A node is a unit's place in the CommitQueue;
//         a run is one run of a handler inside the unit.
// Errors  reserve() returns them in Verdict::refused. already_exists: the key belongs to another
//         transfer. failed_precondition: the account has too little money. aborted: the caller may
//         try again in a new call.
// Thread  one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/keyed_hash.hpp"
#include "ports/store.hpp"
#include "storage/commit_queue.hpp"

namespace serai::storage {

// The largest amount of one entry: far above the money of any game, and far below the point where
// sums could overflow.
inline constexpr std::int64_t kTransferMax = 1'000'000'000'000'000;

// The largest amount that an account may hold or owe. Beyond it there is room for the entries of
// 5,000 of the largest transfers that are not on disk yet.
inline constexpr std::int64_t kBalanceMax = 4'000'000'000'000'000'000;

// Reads the balances and transfers on disk. A missing account has the balance 0.
class LedgerDisk {
 public:
  virtual ~LedgerDisk() = default;
  virtual std::int64_t balance(const std::string& account) = 0;
  // The entries of the transfer with this key, in account order; none when there is no such
  // transfer.
  virtual std::optional<std::vector<LedgerEntry>> transfer(const std::string& idem_key) = 0;
};

// Sorts the entries by account, merges those of one account, and drops zeros. invalid_argument: the
// key is empty, an entry is out of bounds, or the entries do not sum to zero.
Result<LedgerTransfer> normalise(LedgerTransfer transfer);

class LedgerBook {
 public:
  using Node = CommitQueue::Node;

  struct Verdict {
    std::optional<Error> refused;
    // Another run has claimed the key: try again when that run has ended. 0: none.
    std::uint64_t wait_for_run = 0;
    std::vector<Node> after;  // the unit must not be committed before these
  };
  // Reserves the money of a transfer, which must be normalised, for a run of the unit.
  Verdict reserve(UnitId unit,
                  std::uint64_t run,
                  LedgerTransfer transfer,
                  const CommitQueue& queue,
                  LedgerDisk& disk);

  bool has(std::uint64_t run) const { return runs_.contains(run); }
  UnitId unit_of(std::uint64_t run) const { return runs_.at(run).unit; }
  // The transfers of the run. The caller puts them into a part of the unit, and then calls
  // confirm() or cancel().
  std::vector<LedgerTransfer> transfers(std::uint64_t run) const { return runs_.at(run).transfers; }
  void confirm(std::uint64_t run, Node node);
  void cancel(std::uint64_t run);
  // The node is committed or lost, so its transfers count no longer besides the balances on disk.
  void forget(Node node);

  // The amount that an account can spend: its balance on disk minus all reservations.
  std::int64_t available(const std::string& account, std::int64_t on_disk) const;

 private:
  struct Run {
    UnitId unit = 0;
    std::vector<LedgerTransfer> transfers;
  };
  // The sum of a run's or a node's entries for one account.
  struct Share {
    std::uint64_t run = 0;  // 0: confirmed, and part of `node`
    Node node = 0;
    std::int64_t net = 0;
  };
  struct KeyClaim {
    std::uint64_t run = 0;  // 0: confirmed, and part of `node`
    Node node = 0;
    std::vector<LedgerEntry> entries;
  };
  // What an account would have after an entry.
  struct Funds {
    std::int64_t sure = 0;         // in every state that can reach the disk
    std::int64_t with_others = 0;  // with the credits of other units that have ended
    std::vector<Node> others;      // these units
  };
  // `own` is the node of the unit that makes the entry in this run; 0: it has none yet.
  Funds funds_after(const LedgerEntry& entry,
                    std::uint64_t run,
                    Node own,
                    const CommitQueue& queue,
                    LedgerDisk& disk) const;
  std::optional<Verdict> seen_before(UnitId unit,
                                     std::uint64_t run,
                                     const LedgerTransfer& transfer,
                                     LedgerDisk& disk) const;
  void add_share(const LedgerEntry& entry, Share share);
  void remove_shares(const std::vector<LedgerTransfer>& transfers, std::uint64_t run, Node node);

  std::unordered_map<std::uint64_t, Run> runs_;
  std::unordered_map<Node, std::vector<LedgerTransfer>> confirmed_;
  // By account, for entries without below_zero.
  std::unordered_map<std::string, std::vector<Share>, KeyedTextHash> shares_;
  std::unordered_map<std::string, KeyClaim, KeyedTextHash> keys_;
};

}  // namespace serai::storage
