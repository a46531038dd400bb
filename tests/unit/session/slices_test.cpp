// Work whose length clients decide is done in slices, with other work in between.
#include <algorithm>

#include "match_world.hpp"
#include "session/sliced_queue.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

namespace {

// Posts itself again in each turn of a shard's loop, as other work would, and reads a count. Its
// result is the largest increase between two of its turns.
struct Bystander {
  runtime::Shard& shard;
  UniqueFunction<std::size_t()> count;
  std::size_t wanted = 0;
  std::size_t seen = 0;
  std::size_t most = 0;
  std::size_t turns = 0;

  void come() {
    shard.post([this] {
      const std::size_t now = count();
      most = std::max(most, now - seen);
      seen = now;
      ++turns;
      if (now < wanted) come();
    });
  }
};

}  // namespace

TEST_CASE("while many followers are notified, others are served", "[sessions][slices]") {
  constexpr std::size_t kFollowers = 3'000;
  MatchWorld world(1);
  Client& ann = world.open(0);
  std::vector<Client*> followers;
  for (std::size_t i = 0; i < kFollowers; ++i) {
    followers.push_back(&world.open(0));
    REQUIRE(world.follow(*followers.back(), {ann.presence.user_id}).ok());
  }
  const auto told = [&] {
    return static_cast<std::size_t>(std::ranges::count_if(
        followers, [](const Client* one) { return !one->socket.received.empty(); }));
  };
  Bystander bystander{world.shards.at(0), told, kFollowers};

  world.post(0, [&] {
    CHECK(world.sessions(ann).update_status(ann.presence, "famous"));
    bystander.come();
  });
  world.run();

  CHECK(told() == kFollowers);
  CHECK(bystander.most <= session::kSliceUnits);
  CHECK(bystander.turns >= kFollowers / session::kSliceUnits);
}

TEST_CASE("while many follows are dropped, others are served", "[sessions][slices]") {
  constexpr std::size_t kFollows = 3'000;
  auto options = quick_options();
  options.follows_max = kFollows;
  MatchWorld world(1, options);
  Client& bob = world.open(0);
  std::vector<Uuid> users;
  for (std::size_t i = 0; i < kFollows; ++i) users.push_back(Uuid::make_random());
  REQUIRE(world.follow(bob, users).ok());
  const auto dropped = [&] {
    return kFollows - static_cast<std::size_t>(world.metrics.gauges.at("serai_follows_open").value);
  };
  REQUIRE(dropped() == 0);
  Bystander bystander{world.shards.at(0), dropped, kFollows};

  world.post(0, [&] {
    world.sessions(bob).closed(bob.session());
    bystander.come();
  });
  world.run();

  CHECK(dropped() == kFollows);
  CHECK(bystander.most <= session::kSliceUnits);
}

TEST_CASE("what one socket is sent keeps its order over slices", "[sessions][slices]") {
  constexpr int kMessages = 700;
  MatchWorld world(2);
  Client& ann = world.open(0);
  Client& bob = world.open(1);
  const MatchId match = world.create(ann)->match;
  REQUIRE(world.join(bob, match).ok());
  world.run();
  bob.take();
  Texts expected;
  world.post(0, [&] {
    for (int i = 0; i < kMessages; ++i) {
      world.sessions(ann).match_data(
          ann.presence, match, 1, std::to_string(i), true, {}, [](const Result<Unit>&) {});
      expected.push_back(std::to_string(i));
    }
  });
  world.run();

  CHECK(data_of(bob) == expected);
}

TEST_CASE("a listing looks at so many matches of a shard, and at no more", "[sessions][slices]") {
  constexpr int kOthers = 10'000;
  auto options = quick_options();
  MatchWorld world(1, options);
  Client& ann = world.open(0);
  world.post(0, [&] {
    for (int i = 0; i < kOthers; ++i) {
      world.sessions(ann).match_create(ann.presence, "", [](const Result<RelayedMatch>&) {});
    }
  });
  world.run();
  const auto found = [&](std::uint32_t limit) {
    const auto list = world.await<std::vector<RelayedListing>>(
        0, [&](Callback<std::vector<RelayedListing>> answer) {
          world.sessions(ann).match_list({limit, {}, {}}, std::move(answer));
        });
    return list->size();
  };
  CHECK(found(2 * kOthers) == kOthers);

  CHECK(world.create(ann).ok());
  CHECK(found(2 * kOthers) == kOthers);
}
