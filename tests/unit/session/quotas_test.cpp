// A player's quotas in the session layer, over all sockets and shards.
#include "identities.hpp"
#include "match_world.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

namespace {

// Checks the refusal's code and count; returns its text.
std::string refusal(MatchWorld& world, const Result<>& result, const char* limit) {
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == Errc::resource_exhausted);
  CHECK(world.metrics.value("serai_refused_total", limit) == 1);
  return result.error().detail;
}

Result<> reserve(MatchWorld& world, std::uint32_t shard, const Uuid& user) {
  Result<> reserved = success();
  world.at(shard, [&] { reserved = world.layer->sessions(shard).reserve_socket(user); });
  return reserved;
}

}  // namespace

TEST_CASE("a player has so many sockets, whatever the shards", "[sessions][quotas]") {
  auto options = quick_options();
  options.sockets_max = 2;
  MatchWorld world(4, options);
  const Uuid ann = Uuid::make_random();
  CHECK(reserve(world, 0, ann));
  CHECK(reserve(world, 3, ann));

  CHECK(refusal(world, reserve(world, 1, ann), "player_sockets") ==
        "You have as many sockets open as you may, the limit is 2 sockets: close one of them "
        "first (limits.player_sockets)");
  CHECK(reserve(world, 1, Uuid::make_random()));
  world.at(3, [&] { world.layer->sessions(3).drop_socket(ann); });
  CHECK(reserve(world, 1, ann));
}

TEST_CASE("a socket is in so many matches, and may join again what it is in",
          "[sessions][quotas]") {
  auto options = quick_options();
  options.socket_matches_max = 2;
  MatchWorld world(4, options);
  Client& ann = world.open(0);
  const MatchId relayed = world.create(ann)->match;
  const MatchId fight{"arena", "battle"};
  const StreamId battle = fight.stream();
  world.at(world.home(battle),
           [&] { world.layer->streams(world.home(battle)).join(battle, ann.presence); });
  const MatchId another{"field", "battle"};

  CHECK(refusal(world, world.may_join(ann, another), "socket_matches") ==
        "This socket is in as many matches as it may, the limit is 2 matches: leave one of them "
        "first (limits.socket_matches)");
  CHECK(world.may_join(ann, relayed));
  CHECK(world.may_join(ann, fight));
  world.leave(ann, relayed);
  CHECK(world.may_join(ann, another));
}

TEST_CASE("a player is in so many relayed matches, over all sockets", "[sessions][quotas]") {
  auto options = quick_options();
  options.relayed_matches_max = 2;
  MatchWorld world(4, options);
  const Uuid user = Uuid::make_random();
  Client& phone = world.open(0, user);
  Client& tablet = world.open(1, user);
  const MatchId first = world.create(phone)->match;
  CHECK(world.create(tablet).ok());
  world.run();

  CHECK(refusal(world, world.may_join(tablet, {}), "player_relayed_matches") ==
        "You are in as many relayed matches as you may, over all your sockets, the limit is 2 "
        "matches: leave one of them first (limits.player_relayed_matches)");
  CHECK(world.may_join(tablet, {"field", "battle"}));
  world.close(phone);
  CHECK(world.may_join(tablet, {}));
  CHECK(world.create(tablet).ok());
  world.run();
  CHECK_FALSE(world.may_join(tablet, {}));
  CHECK(world.join(tablet, first, true).ok());  // join() does not check: callers use may_join()
}

TEST_CASE("a player changes statuses and matches so often", "[sessions][quotas]") {
  auto options = quick_options();
  options.presence_changes_per_sec = 1;
  MatchWorld world(4, options);
  Client& ann = world.open(0);
  for (int i = 0; i < 3; ++i) CHECK(world.set_status(ann, std::to_string(i)));
  CHECK(world.may_join(ann, {}));

  CHECK(refusal(world, world.set_status(ann, "again"), "player_presence_changes_per_sec") ==
        "You change your status and your matches too often, the limit is 1 changes a second: wait "
        "a little (limits.player_presence_changes_per_sec)");
  CHECK_FALSE(world.may_join(ann, {}));
  CHECK(world.set_status(world.open(0), "another's"));
  world.clock.advance_ms(1'000);
  CHECK(world.set_status(ann, "later"));
}

TEST_CASE("an account has so many devices", "[identity][quotas]") {
  auto options = quick_options();
  options.devices_max = 2;
  Identities world(4, options);
  world.store.devices_max = 2;
  const Uuid user = world.claims(world.login(device("device-0001"))->token).user_id;
  CHECK(world.link(user, {IdentityKind::device, "device-0002"}));

  const auto refused = world.link(user, {IdentityKind::device, "device-0003"});

  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::resource_exhausted);
  CHECK(refused.error().detail ==
        "You have linked as many devices as you may, the limit is 2 devices: unlink one first "
        "(limits.player_devices)");
  CHECK(world.metrics.value("serai_refused_total", "player_devices") == 1);
  CHECK(world.link(user, {IdentityKind::device, "device-0002"}));  // it is linked already
}

TEST_CASE("a follow that crosses the close of its socket leaves nothing behind",
          "[sessions][quotas]") {
  MatchWorld world;
  Client& bob = world.open(0);
  std::vector<Uuid> users;
  for (int i = 0; i < 100; ++i) users.push_back(Uuid::make_random());

  world.post(0, [&] {
    world.sessions(bob).follow(
        bob.session(), users, [](const Result<std::vector<StatusPresence>>&) {});
    world.sessions(bob).closed(bob.session());
  });
  // Runs the shards in another order than the follow visits them.
  for (bool ran = true; ran;) {
    ran = false;
    for (const std::uint32_t shard : {3U, 2U, 1U, 0U}) ran |= world.shards.at(shard).run_ready();
  }

  CHECK(world.metrics.gauges.at("serai_follows_open").value == 0);
}
