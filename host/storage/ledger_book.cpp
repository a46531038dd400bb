#include "storage/ledger_book.hpp"

#include <algorithm>

namespace serai::storage {
namespace {

bool same_entries(const std::vector<LedgerEntry>& left, const std::vector<LedgerEntry>& right) {
  return std::equal(left.begin(),
                    left.end(),
                    right.begin(),
                    right.end(),
                    [](const LedgerEntry& a, const LedgerEntry& b) {
                      return a.account == b.account && a.delta == b.delta;
                    });
}

Error failed_precondition(std::string text) { return {Errc::failed_precondition, std::move(text)}; }

// The first account that would hold or owe more than it can.
std::optional<std::string> overfull(const LedgerTransfer& transfer, LedgerDisk& disk) {
  for (const LedgerEntry& entry : transfer.entries) {
    const std::int64_t after = disk.balance(entry.account) + entry.delta;
    if (after > kBalanceMax || after < -kBalanceMax) return entry.account;
  }
  return std::nullopt;
}

Error key_taken(const std::string& key) {
  return {Errc::already_exists, "ledger: key '" + key + "' was used for another transfer"};
}

}  // namespace

Result<LedgerTransfer> normalise(LedgerTransfer transfer) {
  if (transfer.idem_key.empty()) {
    return Error{Errc::invalid_argument, "ledger: a transfer needs a key"};
  }
  std::sort(transfer.entries.begin(),
            transfer.entries.end(),
            [](const LedgerEntry& a, const LedgerEntry& b) { return a.account < b.account; });
  std::vector<LedgerEntry> merged;
  std::int64_t sum = 0;
  for (LedgerEntry& entry : transfer.entries) {
    if (entry.account.empty() || entry.delta > kTransferMax || entry.delta < -kTransferMax) {
      return Error{Errc::invalid_argument, "ledger: bad entry for account '" + entry.account + "'"};
    }
    sum += entry.delta;
    if (sum > kTransferMax || sum < -kTransferMax) break;
    if (!merged.empty() && merged.back().account == entry.account) {
      merged.back().delta += entry.delta;
      merged.back().below_zero |= entry.below_zero;
    } else {
      merged.push_back(std::move(entry));
    }
  }
  if (sum != 0) return Error{Errc::invalid_argument, "ledger: entries do not sum to zero"};
  std::erase_if(merged, [](const LedgerEntry& entry) { return entry.delta == 0; });
  transfer.entries = std::move(merged);
  return transfer;
}

std::optional<LedgerBook::Verdict> LedgerBook::seen_before(UnitId unit,
                                                           std::uint64_t run,
                                                           const LedgerTransfer& transfer,
                                                           LedgerDisk& disk) const {
  if (const auto reserved = keys_.find(transfer.idem_key); reserved != keys_.end()) {
    const KeyClaim& claim = reserved->second;
    if (!same_entries(claim.entries, transfer.entries)) {
      return Verdict{.refused = key_taken(transfer.idem_key), .after = {}};
    }
    if (claim.run == 0) return Verdict{.refused = {}, .after = {claim.node}};
    if (claim.run == run) return Verdict{};
    if (runs_.at(claim.run).unit == unit) {
      // The other handler may be waiting for this one, so waiting for it might be a deadlock.
      return Verdict{.refused = Error{Errc::aborted,
                                      "ledger: transfer '" + transfer.idem_key +
                                          "' is being made by another handler of the same call"},
                     .after = {}};
    }
    return Verdict{.refused = {}, .wait_for_run = claim.run, .after = {}};
  }
  if (const auto done = disk.transfer(transfer.idem_key)) {
    if (same_entries(*done, transfer.entries)) return Verdict{};
    return Verdict{.refused = key_taken(transfer.idem_key), .after = {}};
  }
  return std::nullopt;
}

LedgerBook::Funds LedgerBook::funds_after(const LedgerEntry& entry,
                                          std::uint64_t run,
                                          Node own,
                                          const CommitQueue& queue,
                                          LedgerDisk& disk) const {
  Funds funds;
  funds.sure = disk.balance(entry.account) + entry.delta;
  funds.with_others = funds.sure;
  const auto shares = shares_.find(entry.account);
  if (shares == shares_.end()) return funds;
  for (const Share& share : shares->second) {
    const bool mine = (share.run == 0 && own != 0 && share.node == own) || share.run == run;
    const std::int64_t counted = mine ? share.net : std::min<std::int64_t>(0, share.net);
    funds.sure += counted;
    const bool spendable = mine || (share.run == 0 && queue.is_finished(share.node));
    funds.with_others += spendable ? share.net : counted;
    if (spendable && !mine && share.net > 0) funds.others.push_back(share.node);
  }
  return funds;
}

LedgerBook::Verdict LedgerBook::reserve(UnitId unit,
                                        std::uint64_t run,
                                        LedgerTransfer transfer,
                                        const CommitQueue& queue,
                                        LedgerDisk& disk) {
  if (auto existing = seen_before(unit, run, transfer, disk)) return *std::move(existing);
  const Node own = queue.find(unit);
  Verdict verdict;
  if (const auto full = overfull(transfer, disk)) {
    verdict.refused = failed_precondition("ledger: account " + *full + " cannot hold that much");
    return verdict;
  }
  for (const LedgerEntry& entry : transfer.entries) {
    if (entry.delta > 0 || entry.below_zero) continue;
    const Funds funds = funds_after(entry, run, own, queue, disk);
    if (funds.sure >= 0) continue;
    if (funds.with_others >= 0 && queue.has_ended(unit)) {
      // A part that comes after the end of its unit is committed alone, so it cannot be ordered
      // after another unit.
      verdict.refused = Error{Errc::aborted, "ledger: account " + entry.account + " is in use"};
      return verdict;
    }
    if (funds.with_others < 0) {
      verdict.refused =
          failed_precondition("ledger: account " + entry.account + " has too little money");
      return verdict;
    }
    verdict.after.insert(verdict.after.end(), funds.others.begin(), funds.others.end());
  }
  for (const LedgerEntry& entry : transfer.entries) {
    add_share(entry, {.run = run, .node = 0, .net = entry.delta});
  }
  keys_[transfer.idem_key] = {.run = run, .node = 0, .entries = transfer.entries};
  Run& reserved = runs_[run];
  reserved.unit = unit;
  reserved.transfers.push_back(std::move(transfer));
  return verdict;
}

void LedgerBook::add_share(const LedgerEntry& entry, Share share) {
  if (entry.below_zero) return;
  auto& shares = shares_[entry.account];
  for (Share& existing : shares) {
    if (existing.run == share.run && existing.node == share.node) {
      existing.net += share.net;
      return;
    }
  }
  shares.push_back(share);
}

void LedgerBook::remove_shares(const std::vector<LedgerTransfer>& transfers,
                               std::uint64_t run,
                               Node node) {
  for (const LedgerTransfer& transfer : transfers) {
    for (const LedgerEntry& entry : transfer.entries) {
      const auto found = shares_.find(entry.account);
      if (found == shares_.end()) continue;
      std::erase_if(found->second,
                    [&](const Share& share) { return share.run == run && share.node == node; });
      if (found->second.empty()) shares_.erase(found);
    }
  }
}

void LedgerBook::confirm(std::uint64_t run, Node node) {
  auto reserved = runs_.extract(run);
  if (reserved.empty()) return;
  std::vector<LedgerTransfer>& transfers = reserved.mapped().transfers;
  remove_shares(transfers, run, 0);
  auto& confirmed = confirmed_[node];
  for (LedgerTransfer& transfer : transfers) {
    for (const LedgerEntry& entry : transfer.entries) {
      add_share(entry, {.run = 0, .node = node, .net = entry.delta});
    }
    KeyClaim& key = keys_[transfer.idem_key];
    key.run = 0;
    key.node = node;
    confirmed.push_back(std::move(transfer));
  }
}

void LedgerBook::cancel(std::uint64_t run) {
  auto reserved = runs_.extract(run);
  if (reserved.empty()) return;
  remove_shares(reserved.mapped().transfers, run, 0);
  for (const LedgerTransfer& transfer : reserved.mapped().transfers) keys_.erase(transfer.idem_key);
}

void LedgerBook::forget(Node node) {
  auto transfers = confirmed_.extract(node);
  if (transfers.empty()) return;
  remove_shares(transfers.mapped(), 0, node);
  for (const LedgerTransfer& transfer : transfers.mapped()) keys_.erase(transfer.idem_key);
}

std::int64_t LedgerBook::available(const std::string& account, std::int64_t on_disk) const {
  std::int64_t balance = on_disk;
  const auto shares = shares_.find(account);
  if (shares == shares_.end()) return balance;
  for (const Share& share : shares->second) balance += std::min<std::int64_t>(0, share.net);
  return balance;
}

}  // namespace serai::storage
