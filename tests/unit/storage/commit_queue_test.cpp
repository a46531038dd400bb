// CommitQueue: which units may be committed, and which are lost with others.
#include "storage/commit_queue.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

using namespace serai;
using namespace serai::storage;

namespace {

storage::UnitPart write(const std::string& key, const std::string& state = "x") {
  storage::UnitPart part;
  part.writes.entities.push_back(
      {.id = {"e", key}, .schema = 1, .module_version = "", .state = state, .host_state = ""});
  return part;
}

std::string states(const storage::CommitQueue::Batch& batch) {
  std::string text;
  for (const storage::UnitPart& part : batch.parts) {
    for (const StoredEntity& stored : part.writes.entities) text += stored.state;
  }
  return text;
}

std::string take(CommitQueue& queue) {
  const storage::CommitQueue::Batch batch = queue.take();
  queue.committed();
  return states(batch);
}

}  // namespace

TEST_CASE("only finished units are taken", "[commit_queue]") {
  storage::CommitQueue queue;
  queue.stage(1, write("a", "1"));
  queue.stage(2, write("b", "2"));
  queue.finish(2);

  CHECK(take(queue) == "2");
  CHECK_FALSE(queue.has_ready());
  queue.finish(1);
  CHECK(take(queue) == "1");
  CHECK(queue.uncommitted() == 0);
}

TEST_CASE("a unit waits for the unfinished one it builds on, also through others",
          "[commit_queue]") {
  storage::CommitQueue queue;
  queue.stage(1, write("a", "1"));
  queue.stage(2, write("a", "2"));
  queue.stage(2, write("b", "2"));
  queue.stage(3, write("b", "3"));
  queue.finish(3);
  queue.finish(2);

  CHECK(take(queue).empty());
  queue.finish(1);
  CHECK(take(queue) == "1223");
}

TEST_CASE("units that build on each other are committed together", "[commit_queue]") {
  storage::CommitQueue queue;
  queue.stage(1, write("a", "1"));
  queue.stage(2, write("a", "2"));
  queue.stage(2, write("b", "3"));
  queue.stage(1, write("b", "4"));
  queue.finish(1);

  CHECK(take(queue).empty());
  queue.finish(2);
  CHECK(take(queue) == "1234");
}

TEST_CASE("a part of an ended unit is committed on its own", "[commit_queue]") {
  storage::CommitQueue queue;
  queue.finish(1);

  queue.stage(1, write("a", "late"));

  CHECK(queue.has_ready());
  CHECK(take(queue) == "late");
}

TEST_CASE("consuming a message waits for the unit that made it", "[commit_queue]") {
  storage::CommitQueue queue;
  storage::UnitPart produce = write("a", "1");
  produce.writes.outbox.emplace_back().id = 7;
  UnitPart consume = write("b", "2");
  consume.writes.outbox_done.push_back(7);
  queue.stage(1, std::move(produce));
  queue.stage(2, std::move(consume));
  queue.finish(2);

  CHECK(take(queue).empty());
  queue.finish(1);
  CHECK(take(queue) == "12");
}

TEST_CASE("what builds on a lost unit is lost, and its entities must be loaded again",
          "[commit_queue]") {
  CommitQueue queue;
  queue.stage(1, write("a", "1"));
  queue.stage(1, write("b", "1"));
  queue.finish(1);
  CHECK(states(queue.take()) == "11");
  // Nothing can be staged between take() and lost(), but a unit may have been open all along.
  CommitQueue other;
  other.stage(1, write("a"));
  other.stage(1, write("b"));
  other.stage(2, write("b"));
  other.stage(2, write("c"));
  other.finish(1);
  CHECK(states(other.take()) == "xx");
  const auto fallen = other.lost();
  CHECK(fallen.size() == 2);
  CHECK(other.is_lost(2));

  CHECK(other.stage(2, write("d")).refused.has_value());
  CHECK(other.stage(3, write("c")).refused.has_value());
  other.finish(2);
  other.finish(3);
  for (const char* key : {"a", "b", "c", "d"}) other.loaded({"e", key});
  CHECK_FALSE(other.stage(4, write("c")).refused.has_value());
}

TEST_CASE("a lone write that was lost may be staged again if it is repeatable", "[commit_queue]") {
  const bool repeatable = GENERATE(false, true);
  CommitQueue queue;
  UnitPart part = write("a");
  part.writes.repeatable = repeatable;
  queue.stage(1, std::move(part));
  queue.finish(1);
  queue.take();
  queue.lost();

  // Writes made meanwhile depend on the unit that is reported as lost.
  CHECK(queue.stage(2, write("a")).refused.has_value() == !repeatable);
}

TEST_CASE("nothing of an abandoned unit is taken, nor what builds on it", "[commit_queue]") {
  CommitQueue queue;
  queue.stage(1, write("a", "1"));
  queue.stage(2, write("b", "2"));
  queue.stage(3, write("a", "3"));
  queue.finish(2);
  queue.finish(3);

  CHECK(queue.abandon(1).size() == 2);

  CHECK(take(queue) == "2");
  CHECK(queue.is_lost(1));
  CHECK(queue.stage(1, write("c", "late")).refused.has_value());
  CHECK(queue.abandon(4).empty());
  CHECK(queue.stage(4, write("d", "late")).refused.has_value());
  CHECK(queue.uncommitted() == 0);
  for (const char* key : {"a", "c", "d"}) queue.loaded({"e", key});
  CHECK_FALSE(queue.stage(5, write("a")).refused.has_value());
}

TEST_CASE("an old unit is not lost because a newer one is abandoned", "[commit_queue]") {
  CommitQueue queue;
  queue.stage(5, write("a", "1"));

  queue.abandon(1'000'000);

  CHECK_FALSE(queue.is_lost(5));
  CHECK_FALSE(queue.stage(5, write("b", "2")).refused.has_value());
  queue.finish(5);
  CHECK(take(queue) == "12");
  CHECK(queue.abandon(6).empty());
  CHECK(queue.stage(6, write("c")).refused.has_value());
}

TEST_CASE("when the newest write is lost, a load sees the one before", "[commit_queue]") {
  CommitQueue queue;
  queue.stage(5, write("z"));
  queue.stage(5, write("y"));
  queue.finish(5);
  queue.take();
  queue.lost();  // z and y are stale now
  queue.stage(1, write("a", "old"));
  queue.stage(2, write("a", "new"));
  CHECK(queue.pending({"e", "a"})->stored->state == "new");

  queue.stage(2, write("z"));

  CHECK(queue.is_lost(2));
  CHECK(queue.pending({"e", "a"})->stored->state == "old");
}

// A model that replays everything: units may be committed in any groups, but no unit may be on disk
// without the units it builds on.
TEST_CASE("random interleavings never commit a unit before what it builds on", "[commit_queue]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto pick = [&random](int below) { return static_cast<int>(random() % unsigned(below)); };

  for (int round = 0; round < 200; ++round) {
    CommitQueue queue;
    std::vector<UnitId> open;
    std::set<UnitId> committed;
    std::set<UnitId> finished;
    std::map<std::string, std::vector<UnitId>> history;  // entity: writers in order
    UnitId next = 1;
    for (int step = 0; step < 120; ++step) {
      const int what = pick(10);
      if (what < 3 || open.empty()) {
        open.push_back(next++);
      } else if (what < 7) {
        const UnitId unit = open[static_cast<std::size_t>(pick(static_cast<int>(open.size())))];
        const std::string key(1, static_cast<char>('a' + pick(6)));
        queue.stage(unit, write(key, std::to_string(unit) + ","));
        history[key].push_back(unit);
      } else if (what < 9) {
        const auto at = open.begin() + pick(static_cast<int>(open.size()));
        finished.insert(*at);
        queue.finish(*at);
        open.erase(at);
      } else {
        const CommitQueue::Batch batch = queue.take();
        for (const UnitPart& part : batch.parts) {
          committed.insert(std::stoull(part.writes.entities.front().state));
        }
        queue.committed();
        for (const auto& [key, writers] : history) {
          bool missing = false;
          for (const UnitId unit : writers) {
            missing = missing || !committed.contains(unit);
            // In a cycle a unit may be before and after another; a cycle is committed as a whole.
            const bool again = std::count(writers.begin(), writers.end(), unit) > 1;
            if (missing && !again) REQUIRE_FALSE(committed.contains(unit));
          }
        }
        for (const UnitId unit : committed) REQUIRE(finished.contains(unit));
      }
    }
    for (const UnitId unit : open) queue.finish(unit);
    queue.take();
    queue.committed();
    REQUIRE(queue.uncommitted() == 0);
  }
}

TEST_CASE("ended units are remembered far back", "[commit_queue]") {
  FinishedUnits units;
  const std::uint64_t base = 1ULL << 40;
  for (std::uint64_t i = 0; i < 200'000; i += 2) units.add(base + i);

  CHECK(units.has(base));
  CHECK_FALSE(units.has(base + 1));
  CHECK(units.has(base + 199'998));
  CHECK_FALSE(units.has(base + 200'000));
  CHECK_FALSE(units.has(base + 900'000'000));
}

TEST_CASE("a batch has a bound of bytes: the oldest goes, then the smallest", "[commit_queue]") {
  CommitQueue queue;
  constexpr std::size_t kBytes = 10'000;
  for (UnitId unit = 1; unit <= 30; ++unit) {
    queue.stage(unit, write("large" + std::to_string(unit), std::string(4'000, 'l')));
    queue.finish(unit);
  }
  queue.stage(31, write("small", "s"));
  queue.finish(31);

  const CommitQueue::Batch first = queue.take(kBytes);
  queue.committed();
  CHECK(first.parts.size() == 3);
  CHECK(first.parts.front().writes.entities.front().id.key == "large1");
  CHECK(first.parts.back().writes.entities.front().id.key == "small");
  std::size_t batches = 1;
  for (; queue.has_ready(); ++batches) {
    CHECK(queue.take(kBytes).parts.size() <= 2);
    queue.committed();
  }
  CHECK(batches == 15);
  CHECK(queue.uncommitted() == 0);
}

TEST_CASE("a unit goes with what it builds on, however large, and never before it",
          "[commit_queue]") {
  std::mt19937 random(7);
  CommitQueue queue;
  std::map<std::string, int> last;  // number of the newest write taken, by entity
  for (UnitId unit = 1; unit <= 400; ++unit) {
    for (int i = 0; i < 2; ++i) {
      const std::string key = std::to_string(random() % 20);
      queue.stage(unit, write(key, std::to_string(unit) + "," + std::string(random() % 900, 'x')));
    }
    queue.finish(unit);
    if (unit % 20 != 0) continue;
    const CommitQueue::Batch batch = queue.take(3'000);
    for (const UnitPart& part : batch.parts) {
      const StoredEntity& stored = part.writes.entities.front();
      const int number = std::stoi(stored.state);
      CHECK(number >= last[stored.id.key]);
      last[stored.id.key] = number;
    }
    queue.committed();
  }
  while (queue.has_ready()) {
    for (const UnitPart& part : queue.take(3'000).parts) {
      const StoredEntity& stored = part.writes.entities.front();
      CHECK(std::stoi(stored.state) >= last[stored.id.key]);
      last[stored.id.key] = std::stoi(stored.state);
    }
    queue.committed();
  }
  CHECK(queue.uncommitted() == 0);
}
