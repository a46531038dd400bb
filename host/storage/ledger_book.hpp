// LedgerBook: money that is reserved but not on disk yet. Pure logic; LedgerDisk reads the disk.
//
// Rules   a transfer sums to zero and happens once per key. An account whose entries are not
//         below_zero never falls below zero in any state that can reach the disk. A unit may spend
//         money that it has received itself. Credits of other units count once those have ended,
//         and then the spender must not be committed before them (Verdict::after).
// Swap    two versions may declare an account differently. Once one of them has written it with
//         below_zero, the audit accepts a balance below zero.
// Units   a node is a unit's place in the CommitQueue; a run is one handler run inside it.
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

// The balances and transfers on disk.
class LedgerDisk {
 public:
  virtual ~LedgerDisk() = default;
  virtual std::int64_t balance(const std::string& account) = 0;
  // The entries of the transfer with this key, in account order; none when there is no such
  // transfer.
  virtual std::optional<std::vector<LedgerEntry>> transfer(const std::string& idem_key) = 0;
};

// Sorts the entries by account, one per account, without zeros. invalid_argument has the reason.
Result<LedgerTransfer> normalise(LedgerTransfer transfer);

class LedgerBook {
 public:
  using Node = CommitQueue::Node;

  struct Verdict {
    std::optional<Error> refused;
    std::uint64_t wait_for_run =
        0;  // another run has claimed this key: try again when that run has ended
    std::vector<Node> after;
  };
  // `transfer` is normalised. `node` is that of the unit, 0 when it has none yet.
  Verdict reserve(UnitId unit,
                  std::uint64_t run,
                  LedgerTransfer transfer,
                  const CommitQueue& queue,
                  LedgerDisk& disk);

  bool has(std::uint64_t run) const { return runs_.contains(run); }
  UnitId unit_of(std::uint64_t run) const { return runs_.at(run).unit; }
  // The transfers of the run, to be put into a part; then confirm() or cancel() it.
  std::vector<LedgerTransfer> transfers(std::uint64_t run) const { return runs_.at(run).transfers; }
  void confirm(std::uint64_t run, Node node);
  void cancel(std::uint64_t run);
  void forget(Node node);  // the node is committed or lost: from now on only the disk counts

  // The amount an account can spend: the balance on disk less what is reserved.
  std::int64_t available(const std::string& account, LedgerDisk& disk) const;

 private:
  struct Run {
    UnitId unit = 0;
    std::vector<LedgerTransfer> transfers;
  };
  struct Share {
    std::uint64_t run = 0;  // 0: confirmed, and part of `node`
    Node node = 0;
    std::int64_t net = 0;
  };
  struct KeyHolder {
    std::uint64_t run = 0;  // 0: confirmed, and part of `node`
    Node node = 0;
    std::vector<LedgerEntry> entries;
  };
  std::optional<Verdict> seen_before(UnitId unit,
                                     std::uint64_t run,
                                     const LedgerTransfer& transfer,
                                     LedgerDisk& disk) const;
  void add_share(const LedgerEntry& entry, Share share);
  void remove_shares(const std::vector<LedgerTransfer>& transfers, std::uint64_t run, Node node);

  std::unordered_map<std::uint64_t, Run> runs_;
  std::unordered_map<Node, std::vector<LedgerTransfer>> confirmed_;
  std::unordered_map<std::string, std::vector<Share>, KeyedTextHash>
      shares_;  // of accounts that may not owe
  std::unordered_map<std::string, KeyHolder, KeyedTextHash> keys_;
};

}  // namespace serai::storage
