#include <map>

#include "match_world.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

TEST_CASE("a match without a name is fresh, with its creator in it", "[sessions]") {
  MatchWorld world;
  Client& ann = world.open(0);

  const auto first = world.create(ann);
  const auto second = world.create(ann);

  CHECK(first->match.relayed());
  CHECK(first->size == 1);
  CHECK(first->others.empty());
  CHECK(first->match.key != second->match.key);
}

TEST_CASE("the same name makes the same match, counting everyone in it", "[sessions]") {
  MatchWorld world;
  Client& ann = world.open(0);
  Client& bob = world.open(1);

  const auto first = world.create(ann, "arena");
  const auto second = world.create(bob, "arena");
  const auto again = world.create(bob, "arena");

  CHECK(first->match.key == Uuid::make_named("arena").text());
  CHECK(second->match.key == first->match.key);
  CHECK(second->size == 2);
  REQUIRE(second->others.size() == 1);
  CHECK(second->others[0].session_id == ann.session());
  CHECK(again->size == 2);
  CHECK(again->others.size() == 1);
}

TEST_CASE("a join gives the others; who is already in finds itself among them", "[sessions]") {
  MatchWorld world;
  Client& ann = world.open(0);
  Client& bob = world.open(1);
  const MatchId match = world.create(ann)->match;

  const auto joined = world.join(bob, match);
  const auto again = world.join(bob, match);

  CHECK(joined->size == 1);
  CHECK(joined->others.size() == 1);
  CHECK(again->size == 2);
  CHECK(again->others.size() == 2);
}

TEST_CASE("a relayed match exists while it has members", "[sessions]") {
  MatchWorld world;
  Client& ann = world.open(0);
  Client& bob = world.open(1);
  const MatchId match = world.create(ann)->match;
  world.leave(ann, match);

  const auto refused = world.join(bob, match);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::not_found);
  CHECK(world.join(bob, match, true).ok());
  world.leave(ann, match);  // no error when not in it
}

TEST_CASE("relayed matches of all shards are listed by size, up to a limit", "[sessions]") {
  MatchWorld world;
  Client& ann = world.open(0);
  Client& bob = world.open(1);
  Client& cat = world.open(2);
  const MatchId alone = world.create(ann, "alone")->match;
  const MatchId pair = world.create(bob, "pair")->match;
  REQUIRE(world.join(cat, pair).ok());

  const auto list = [&](RelayedFilter filter) {
    auto found = world.await<std::vector<RelayedListing>>(
        3, [&](Callback<std::vector<RelayedListing>> answer) {
          world.layer->sessions(3).match_list(filter, std::move(answer));
        });
    REQUIRE(found.ok());
    std::map<std::string, std::uint32_t> sizes;
    for (const RelayedListing& each : *found) sizes[each.match.text()] = each.size;
    return sizes;
  };
  CHECK(list({10, {}, {}}) ==
        std::map<std::string, std::uint32_t>{{alone.text(), 1}, {pair.text(), 2}});
  CHECK(list({10, 2, {}}) == std::map<std::string, std::uint32_t>{{pair.text(), 2}});
  CHECK(list({10, {}, 1}) == std::map<std::string, std::uint32_t>{{alone.text(), 1}});
  CHECK(list({1, {}, {}}).size() == 1);
  world.leave(ann, alone);
  CHECK(list({10, {}, {}}).size() == 1);
}

TEST_CASE("the answer to a join is there before the joiner's own join event", "[sessions]") {
  MatchWorld world;
  for (std::uint32_t shard = 0; shard < 4; ++shard) {
    Client& ann = world.open(shard);
    bool answered_first = false;
    world.at(shard, [&] {
      world.sessions(ann).match_create(ann.presence, "hall", [&](Result<RelayedMatch>) {
        answered_first = ann.socket.received.empty();
      });
    });
    CHECK(answered_first);
    CHECK(ann.take().size() == 1);
  }
}

TEST_CASE("relayed data goes to the others, or to the listed, oneself if listed", "[sessions]") {
  MatchWorld world;
  Client& ann = world.open(0);
  Client& bob = world.open(1);
  Client& eve = world.open(2);
  const MatchId match = world.create(ann)->match;
  REQUIRE(world.join(bob, match).ok());
  REQUIRE(world.join(eve, match).ok());
  world.run();
  for (Client* client : {&ann, &bob, &eve}) client->take();

  world.send(ann, match, "all");
  world.send(ann, match, "some", {ann.session(), eve.session(), Uuid::make_random()});

  CHECK(data_of(ann) == Texts{"some"});
  CHECK(data_of(bob) == Texts{"all"});
  const auto received = eve.take();
  REQUIRE(received.size() == 2);
  CHECK(received[0].match_data().presence().session_id() == ann.session().text());
  CHECK(received[0].match_data().match_id() == match.text());
  CHECK(received[0].match_data().op_code() == -9);
  CHECK(received[0].match_data().reliable());
}

TEST_CASE("relayed data of a stranger is dropped", "[sessions]") {
  MatchWorld world;
  Client& ann = world.open(0);
  Client& eve = world.open(1);
  const MatchId match = world.create(ann)->match;
  world.run();
  ann.take();

  world.send(eve, match, "intrusion");
  world.send(eve, match, "intrusion", {ann.session()});

  CHECK(ann.take().empty());
}

TEST_CASE("with single_match joining leaves the other matches", "[sessions]") {
  auto options = quick_options();
  options.single_match = true;
  MatchWorld world(4, options);
  Client& ann = world.open(0);
  Client& bob = world.open(1);
  const MatchId first = world.create(bob)->match;
  REQUIRE(world.join(ann, first).ok());

  const MatchId second = world.create(ann)->match;
  world.run();

  CHECK(world.members(first.stream()).size() == 1);
  CHECK(world.members(second.stream()).size() == 1);
}

TEST_CASE("a socket with status sees its own join; one without sees nothing", "[sessions]") {
  MatchWorld world;

  Client& shown = world.open(0, Uuid::make_random(), true);
  Client& hidden = world.open(0, Uuid::make_random(), false);

  CHECK(statuses_of(shown) == Texts{"+"});
  CHECK(hidden.take().empty());
  CHECK(world.layer->sessions(1).is_online(shown.presence.user_id));
  CHECK_FALSE(world.layer->sessions(1).is_online(hidden.presence.user_id));
}

TEST_CASE("followers get the statuses now and as they change", "[sessions]") {
  MatchWorld world;
  Client& ann = world.open(0, Uuid::make_random(), true);
  Client& bob = world.open(1);
  const Uuid user = ann.presence.user_id;
  CHECK(world.set_status(ann, "trading"));
  ann.take();

  const auto seen = world.follow(bob, {user, user, bob.presence.user_id, Uuid::make_random()});
  CHECK(world.set_status(ann, "fighting"));
  CHECK(world.set_status(ann, std::nullopt));
  CHECK(world.set_status(ann, std::nullopt));
  CHECK_FALSE(world.layer->sessions(1).is_online(user));
  CHECK(world.set_status(ann, ""));

  REQUIRE(seen->size() == 1);
  CHECK((*seen)[0].status == "trading");
  CHECK((*seen)[0].presence.session_id == ann.session());
  const Texts expected{"-trading+fighting", "-fighting", "+"};
  CHECK(statuses_of(bob) == expected);
  CHECK(statuses_of(ann) == expected);
}

TEST_CASE("all sockets of a user follow it by themselves", "[sessions]") {
  MatchWorld world;
  const Uuid user = Uuid::make_random();
  Client& phone = world.open(0, user);
  Client& tablet = world.open(3, user);

  CHECK(world.set_status(phone, "busy"));
  world.close(phone);

  CHECK(statuses_of(tablet) == Texts{"+busy", "-busy"});
  CHECK_FALSE(world.layer->sessions(0).is_online(user));
}

TEST_CASE("unfollowing and closing end the events", "[sessions]") {
  MatchWorld world;
  Client& ann = world.open(0, Uuid::make_random(), true);
  Client& bob = world.open(1);
  Client& eve = world.open(2);
  REQUIRE(world.follow(bob, {ann.presence.user_id}).ok());
  REQUIRE(world.follow(eve, {ann.presence.user_id}).ok());

  world.at(1, [&] {
    world.sessions(bob).unfollow(bob.session(), {ann.presence.user_id, bob.presence.user_id});
  });
  world.close(eve);
  CHECK(world.set_status(ann, "alone"));

  CHECK(bob.take().empty());
  CHECK(eve.socket.sent_after_close == 0);
}

TEST_CASE("a socket follows no more users than it may", "[sessions]") {
  auto options = quick_options();
  options.follows_max = 3;
  MatchWorld world(4, options);
  Client& ann = world.open(0);
  const auto some = [](int count) {
    std::vector<Uuid> users;
    for (int i = 0; i < count; ++i) users.push_back(Uuid::make_random());
    return users;
  };

  CHECK(world.follow(ann, some(3)).ok());
  const auto refused = world.follow(ann, some(1));

  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::resource_exhausted);
  CHECK(refused.error().detail ==
        "This socket would follow 4 users, the limit is 3 users: unfollow some first "
        "(limits.socket_follows)");
  CHECK(world.metrics.value("serai_refused_total", "socket_follows") == 1);
}

TEST_CASE("with single_socket a new socket sends the older ones home", "[sessions]") {
  auto options = quick_options();
  options.single_socket = true;
  MatchWorld world(4, options);
  const Uuid user = Uuid::make_random();
  Client& older = world.open(0, user);

  Client& newer = world.open(2, user);

  REQUIRE(older.socket.is_closed);
  const auto received = older.take();
  REQUIRE(received.size() == 1);
  const auto& notification = received[0].notifications().notifications(0);
  CHECK(notification.code() == -7);
  CHECK(notification.subject() == "single_socket");
  CHECK(notification.content() == "{}");
  CHECK_FALSE(newer.socket.is_closed);
  CHECK(newer.take().empty());
  CHECK(world.layer->sessions(0).count() == 1);
}

TEST_CASE("a request of a socket that has gone is refused", "[sessions]") {
  MatchWorld world;
  Client& ann = world.open(0);
  world.close(ann);

  CHECK(world.create(ann).error().code == Errc::cancelled);
  CHECK(world.join(ann, {Uuid::make_random().text(), ""}).error().code == Errc::cancelled);
  CHECK(world.follow(ann, {Uuid::make_random()}).error().code == Errc::cancelled);
}
