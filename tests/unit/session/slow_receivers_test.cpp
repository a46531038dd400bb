// Clients that read more slowly than others write: messages that are dropped or merged, and senders
// that wait.
#include "match_world.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

namespace {

// Ann and Bob in a match; Bob's socket is slow after a number of messages.
struct SlowWorld : MatchWorld {
  explicit SlowWorld(std::size_t takes, session::SessionOptions options = quick_options())
      : MatchWorld(4, std::move(options)),
        ann(open(0, Uuid::make_random(), true)),
        bob(open(1)),
        match(create(ann)->match) {
    REQUIRE(join(bob, match).ok());
    REQUIRE(follow(bob, {ann.presence.user_id}).ok());
    run();
    ann.take();
    bob.take();
    bob.socket.slow_after = takes;
  }

  // Whether Ann may go on once she has sent this.
  struct Sent {
    bool may_go_on = false;
  };
  std::shared_ptr<Sent> send_on(std::string data) {
    auto sent = std::make_shared<Sent>();
    at(0, [&] {
      sessions(ann).match_data(ann.presence, match, 1, data, true, {}, [sent](const Result<Unit>&) {
        sent->may_go_on = true;
      });
    });
    return sent;
  }
  void pass_ms(std::int64_t ms) {
    clock.advance_ms(ms);
    run();
  }

  Client& ann;
  Client& bob;
  MatchId match;
};

}  // namespace

TEST_CASE("of unreliable data a slow client gets the latest, of reliable data all, in order",
          "[sessions][slow]") {
  SlowWorld world(1);
  Texts expected{"1", "2"};
  world.send(world.ann, world.match, "0");
  world.send(world.ann, world.match, "1");
  for (const char* lost : {"a", "b", "c"}) world.send(world.ann, world.match, lost, {}, false);
  world.send(world.ann, world.match, "2");
  for (int i = 0; i < 32; ++i) {
    world.send(world.ann, world.match, std::to_string(i), {}, false);
    expected.push_back(std::to_string(i));
  }
  CHECK(data_of(world.bob) == Texts{"0"});

  world.read_all(world.bob, 40);

  CHECK(data_of(world.bob) == expected);
  CHECK_FALSE(world.bob.socket.is_closed);
}

TEST_CASE("unreliable data that waits for a slow client holds nobody back", "[sessions][slow]") {
  auto options = quick_options();
  options.messages_under_way_max = 2;
  SlowWorld world(0, options);
  for (int i = 0; i < 100; ++i) world.send(world.ann, world.match, "where I am", {}, false);
  CHECK(world.send_on("here")->may_go_on);
}

TEST_CASE("a client that is slow again gets what waits piece by piece", "[sessions][slow]") {
  SlowWorld world(1);
  for (const char* data : {"1", "2", "3", "4"}) world.send(world.ann, world.match, data);

  world.read_all(world.bob, 2);
  CHECK(data_of(world.bob) == Texts{"1", "2", "3"});
  world.read_all(world.bob, 2);
  CHECK(data_of(world.bob) == Texts{"4"});
}

TEST_CASE("a slow client gets the sum of the statuses that it missed", "[sessions][slow]") {
  SlowWorld world(0);
  for (const char* status : {"a", "b", "c"}) CHECK(world.set_status(world.ann, status));
  CHECK(world.bob.take().empty());

  world.read_all(world.bob, 10);

  CHECK(statuses_of(world.bob) == Texts{"-+c"});
}

TEST_CASE("who came and went while a client was slow is not reported to it", "[sessions][slow]") {
  SlowWorld world(0);
  Client& eve = world.open(2);
  REQUIRE(world.follow(world.bob, {eve.presence.user_id}).ok());
  CHECK(world.set_status(eve, "here"));
  world.close(eve);

  world.read_all(world.bob, 10);

  CHECK(world.bob.take().empty());
}

TEST_CASE("a sender is held back while too many of its messages are under way",
          "[sessions][slow]") {
  auto options = quick_options();
  options.messages_under_way_max = 3;
  SlowWorld world(1, options);
  CHECK(world.send_on("at once")->may_go_on);
  CHECK(world.send_on("1")->may_go_on);
  CHECK(world.send_on("2")->may_go_on);
  const auto held = world.send_on("3");
  world.pass_ms(5);
  CHECK_FALSE(held->may_go_on);

  world.read_all(world.bob, 10);
  world.pass_ms(5);

  CHECK(held->may_go_on);
  CHECK(data_of(world.bob) == Texts{"at once", "1", "2", "3"});
  CHECK(world.send_on("4")->may_go_on);
}

TEST_CASE("a client that never reads holds its match up for a second a message, no longer",
          "[sessions][slow]") {
  auto options = quick_options();
  options.messages_under_way_max = 1;
  SlowWorld world(0, options);
  const auto held = world.send_on("1");
  world.pass_ms(900);
  CHECK_FALSE(held->may_go_on);
  world.pass_ms(200);
  CHECK(held->may_go_on);
}

TEST_CASE("a client that closes releases who waits for it", "[sessions][slow]") {
  auto options = quick_options();
  options.messages_under_way_max = 1;
  SlowWorld world(0, options);
  const auto held = world.send_on("1");

  world.close(world.bob);
  world.pass_ms(5);

  CHECK(held->may_go_on);
}

TEST_CASE("a slow client that is behind for too long, or by too much, is closed",
          "[sessions][slow]") {
  SlowWorld late(0);
  late.send(late.ann, late.match, "1");
  late.pass_ms(10'500);
  CHECK_FALSE(late.bob.socket.is_closed);
  late.send(late.ann, late.match, "2");
  CHECK(late.bob.socket.close_reason == "session outgoing queue full");

  SlowWorld behind(0);
  const StreamId stream = behind.match.stream();
  const std::uint32_t home = behind.home(stream);
  const auto push = [&] {  // by the game, which never waits
    behind.at(home, [&] {
      behind.layer->streams(home).send_match_data(stream, {7, "news", {}, true}, std::nullopt);
    });
  };
  for (int i = 0; i < 32; ++i) push();
  CHECK_FALSE(behind.bob.socket.is_closed);
  push();
  CHECK(behind.bob.socket.close_reason == "session outgoing queue full");
  CHECK(behind.bob.socket.sent_after_close == 0);
}
