// Writes that wait for the disk are bounded, for each player and in all; more are refused.
#include <catch2/catch.hpp>
#include <set>

#include "storage/sql_store.hpp"

using namespace serai;
using namespace serai::storage;

namespace {

struct Queue final : Executor {
  std::vector<Work> works;
  void post(Work work) override { works.push_back(std::move(work)); }
};

struct World {
  ManualClock clock;
  Queue where;
  std::unique_ptr<storage::SqlStore> store;

  explicit World(const storage::WaitingLimits& limits) {
    storage::StoreOptions options;
    options.clock = &clock;
    options.manual = true;
    options.waiting = limits;
    store = *storage::SqlStore::open(std::move(options));
  }
  // A refusal is there at once, any other answer after run().
  std::shared_ptr<std::string> write(std::uint64_t player, std::size_t bytes) {
    auto said = std::make_shared<std::string>();
    const ObjectKey key{"notes", std::to_string(++keys_), id_of(player)};
    const std::string value = R"({"a":")" + std::string(bytes, 'x') + R"("})";
    store->write_objects({{key, value, ""}},
                         {key.user_id, false},
                         1,
                         where,
                         [said](const Result<std::vector<ObjectAck>>& done) {
                           *said = done ? "ok"
                                        : std::to_string(static_cast<int>(done.error().code)) +
                                              " " + done.error().detail;
                         });
    answer();
    return said;
  }
  void answer() {
    for (Work& work : std::exchange(where.works, {})) work();
  }
  void run() {
    while (store->pump() || !where.works.empty()) answer();
  }
  Result<> admits(std::uint64_t player) const { return store->admits(id_of(player)); }

 private:
  // The first id after those of other players that is in a cell of its own.
  Uuid id_of(std::uint64_t player) const {
    std::set<std::size_t> taken;
    for (std::uint64_t number = 0, found = 0;; ++number) {
      const Uuid id = Uuid::from_random(number, 7);
      if (taken.insert(storage::WaitingWrites::cell_of(id)).second && found++ == player) return id;
    }
  }

  int keys_ = 0;
};

}  // namespace

TEST_CASE("a player has so many bytes waiting, and others do not notice", "[storage][waiting]") {
  World world({.player_bytes_max = 10'000});
  const auto first = world.write(1, 8'000);
  const auto second = world.write(1, 8'000);
  const auto other = world.write(2, 8'000);

  CHECK(*second ==
        "8 Too many bytes of yours are waiting for the disk, the limit is 10000 bytes: try again "
        "later (limits.player_waiting_bytes)");
  world.run();
  CHECK(*first == "ok");
  CHECK(*other == "ok");
  const auto again = world.write(1, 8'000);
  const auto large = world.write(3, 50'000);  // a single write may wait, whatever its size
  world.run();
  CHECK(*again == "ok");
  CHECK(*large == "ok");
}

TEST_CASE("a player has so many writes waiting", "[storage][waiting]") {
  World world({.player_writes_max = 2});
  world.write(1, 1);
  world.write(1, 1);
  CHECK_THAT(*world.write(1, 1), Catch::Contains("(limits.player_waiting_writes)"));
}

TEST_CASE("all players together have so much waiting", "[storage][waiting]") {
  World bytes({.bytes_max = 10'000});
  bytes.write(1, 8'000);
  CHECK_THAT(*bytes.write(2, 8'000),
             Catch::StartsWith("14 ") && Catch::Contains("(limits.waiting_bytes)"));
  World writes({.writes_max = 2});
  writes.write(1, 1);
  writes.write(2, 1);
  CHECK_THAT(*writes.write(3, 1),
             Catch::StartsWith("14 ") && Catch::Contains("(limits.waiting_writes)"));
}

TEST_CASE("what a player's handlers have staged waits too, what the game writes does not",
          "[storage][waiting]") {
  World world({.player_writes_max = 1});
  const auto stage = [&world](const Uuid& player) {
    Writes writes;
    writes.player = player;
    writes.entities.push_back({{"hero", "ann"}, 1, "1", "state", "host"});
    const UnitId unit = world.store->next_unit();
    world.store->stage(unit, std::move(writes), world.where, [](const Result<>&) {});
    world.store->finish(unit);
  };
  stage({});
  CHECK(world.admits(1).ok());

  stage(Uuid::from_random(1, 7));

  REQUIRE_FALSE(world.admits(1).ok());
  CHECK(world.admits(1).error().code == Errc::resource_exhausted);
  CHECK(world.admits(2).ok());
  world.run();
  CHECK(world.admits(1).ok());
}

TEST_CASE("an answer that outlives its store gives back what it held", "[storage][waiting]") {
  Queue where;
  World world({});
  world.store->write_objects({{{"notes", "k", Uuid::from_random(1, 7)}, "{}", ""}},
                             {Uuid::from_random(1, 7), false},
                             1,
                             where,
                             [](const Result<std::vector<ObjectAck>>&) {});
  world.store.reset();
  REQUIRE(where.works.size() == 1);
  where.works.clear();
}

TEST_CASE("a batch takes so many bytes of writes, in their order; a flush takes all", "[storage]") {
  World world({});
  std::vector<std::shared_ptr<std::string>> said;
  for (std::uint64_t i = 0; i < 5; ++i) said.push_back(world.write(i, 2'000'000));

  world.store->pump();
  world.answer();
  CHECK(*said[0] == "ok");
  CHECK(said[4]->empty());
  REQUIRE(world.store->flush());
  world.answer();
  CHECK(*said[4] == "ok");
}
