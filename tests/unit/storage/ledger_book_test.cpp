// LedgerBook: reserved money against the balances on disk.
#include "storage/ledger_book.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace serai;
using namespace serai::storage;

namespace {

struct MemoryDisk final : storage::LedgerDisk {
  std::map<std::string, std::int64_t> balances;
  std::map<std::string, std::vector<LedgerEntry>> transfers;
  std::int64_t balance(const std::string& account) override { return balances[account]; }
  std::optional<std::vector<LedgerEntry>> transfer(const std::string& key) override {
    const auto found = transfers.find(key);
    if (found == transfers.end()) return std::nullopt;
    return found->second;
  }
  void write(const std::vector<storage::UnitPart>& parts) {
    for (const storage::UnitPart& part : parts) {
      for (const LedgerTransfer& moved : part.transfers) {
        REQUIRE(transfers.emplace(moved.idem_key, moved.entries).second);
        for (const LedgerEntry& entry : moved.entries) balances[entry.account] += entry.delta;
      }
    }
  }
};

bool may_owe(const std::string& account) { return account == "mint" || account == "sink"; }

LedgerTransfer gold(const std::string& key,
                    const std::string& from,
                    const std::string& to,
                    std::int64_t amount) {
  return *storage::normalise(
      {.idem_key = key,
       .reason = "",
       .entries = {{from, -amount, may_owe(from)}, {to, amount, may_owe(to)}}});
}

}  // namespace

TEST_CASE("entries of one account are merged, and zeros left out", "[ledger]") {
  const auto transfer = storage::normalise(
      {.idem_key = "k", .reason = "", .entries = {{"b", 5}, {"a", -2}, {"a", -3}, {"c", 0}}});

  REQUIRE(transfer.ok());
  REQUIRE(transfer->entries.size() == 2);
  CHECK(transfer->entries[0].account == "a");
  CHECK(transfer->entries[0].delta == -5);
}

TEST_CASE("amounts that could overflow are refused", "[ledger]") {
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

  CHECK_FALSE(storage::normalise(
      {.idem_key = "k", .reason = "", .entries = {{"a", kHuge}, {"b", -kHuge}}}));
}

TEST_CASE("a transfer that would overflow an account is refused, and its neighbours are not",
          "[ledger]") {
  storage::LedgerBook book;
  storage::CommitQueue queue;
  MemoryDisk disk;
  disk.balances["player:rich"] = 4'000'000'000'000'000'000;
  disk.balances["mint"] = -4'000'000'000'000'000'000;
  disk.balances["player:a"] = 10;

  const auto full = book.reserve(1, 10, gold("k1", "player:a", "player:rich", 5), queue, disk);
  const auto owes = book.reserve(2, 20, gold("k2", "mint", "player:b", 5), queue, disk);

  REQUIRE(full.refused);
  CHECK(full.refused->code == Errc::failed_precondition);
  CHECK(full.refused->detail == "ledger: account player:rich cannot hold that much");
  CHECK(owes.refused);
  CHECK_FALSE(book.reserve(3, 30, gold("k3", "player:rich", "player:b", 5), queue, disk).refused);
  CHECK_FALSE(book.reserve(4, 40, gold("k4", "player:a", "player:b", 10), queue, disk).refused);
}

TEST_CASE("a credit of a run that is not settled is nobody else's to spend", "[ledger]") {
  storage::LedgerBook book;
  storage::CommitQueue queue;
  MemoryDisk disk;
  CHECK_FALSE(book.reserve(1, 10, gold("in", "mint", "player:a", 5), queue, disk).refused);

  CHECK(book.reserve(2, 20, gold("x", "player:a", "sink", 5), queue, disk).refused);
  CHECK(book.reserve(1, 11, gold("y", "player:a", "sink", 5), queue, disk).refused);
  CHECK_FALSE(book.reserve(1, 10, gold("z", "player:a", "sink", 5), queue, disk).refused);
}

TEST_CASE("a transfer of the same call under the same key is refused, not waited for", "[ledger]") {
  storage::LedgerBook book;
  storage::CommitQueue queue;
  MemoryDisk disk;
  book.reserve(1, 10, gold("k", "mint", "player:a", 5), queue, disk);

  const auto verdict = book.reserve(1, 11, gold("k", "mint", "player:a", 5), queue, disk);

  REQUIRE(verdict.refused.has_value());
  CHECK(verdict.refused->code == Errc::aborted);
  CHECK(book.reserve(2, 20, gold("k", "mint", "player:a", 5), queue, disk).wait_for_run == 10);
}

TEST_CASE("random calls never bring an account below zero on disk", "[ledger]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto pick = [&random](int below) { return static_cast<int>(random() % unsigned(below)); };
  const std::vector<std::string> accounts{"mint", "player:a", "player:b", "escrow:c", "sink"};

  for (int round = 0; round < 200; ++round) {
    storage::LedgerBook book;
    storage::CommitQueue queue;
    MemoryDisk disk;
    std::vector<UnitId> open{1};
    UnitId next_unit = 2;
    std::uint64_t next_run = 1;
    int accepted = 0;
    const auto commit = [&] {
      const storage::CommitQueue::Batch batch = queue.take();
      disk.write(batch.parts);
      queue.committed();
      for (const auto node : batch.nodes) book.forget(node);
      for (const auto& [account, balance] : disk.balances) {
        if (!may_owe(account)) REQUIRE(balance >= 0);
      }
    };
    for (int step = 0; step < 150; ++step) {
      const int what = pick(10);
      const auto at = static_cast<std::size_t>(pick(static_cast<int>(open.size())));
      if (what < 2) {
        open.push_back(next_unit++);
      } else if (what < 7) {
        const UnitId unit = open[at];
        const std::uint64_t run = next_run++;
        const auto& from = accounts[static_cast<std::size_t>(pick(5))];
        const auto& to = accounts[static_cast<std::size_t>(pick(5))];
        auto transfer = gold("k" + std::to_string(pick(300)), from, to, 1 + pick(9));
        const auto verdict = book.reserve(unit, run, std::move(transfer), queue, disk);
        if (verdict.refused || verdict.wait_for_run != 0) continue;
        for (const auto node : verdict.after) queue.depend(unit, node);
        if (!book.has(run)) continue;
        if (pick(4) == 0) {
          book.cancel(run);
          continue;
        }
        ++accepted;
        storage::UnitPart part;
        part.transfers = book.transfers(run);
        book.confirm(run, queue.stage(unit, std::move(part)).node);
      } else if (what < 9 && open.size() > 1) {
        queue.finish(open[at]);
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        commit();
      }
    }
    for (const UnitId unit : open) queue.finish(unit);
    commit();
    REQUIRE(disk.transfers.size() == static_cast<std::size_t>(accepted));
  }
}
