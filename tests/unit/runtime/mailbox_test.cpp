// Callers of one entity take turns, and none of them can fill its mailbox for the others.
#include "runtime/mailbox/mailbox.hpp"

#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace serai;
using namespace serai::runtime;
using namespace serai::testing;
using Rank = Mailbox::Rank;

namespace {

constexpr Mailbox::Bounds kSmall{.total = 8, .per_caller = 4};

Input from(const Uuid& user, const std::string& payload) {
  Input input;
  input.from_client = true;
  input.user_id = user;
  input.payload = payload;
  return input;
}

Input timer(const std::string& payload) {
  Input input;
  input.trigger = abi::Trigger::timer;
  input.payload = payload;
  return input;
}

Input sent_by(const std::string& key, const Uuid& user, const std::string& payload) {
  Input input = from(user, payload);
  input.from_client = false;
  input.caller = {"guild", key};
  input.outbox_id = 1;
  return input;
}

// "" when the message was queued, else the payload of the message to refuse.
std::string offer(Mailbox& mailbox, Input&& input, Rank rank = Rank::other) {
  const std::optional<Input> refused = mailbox.offer(std::move(input), rank, kSmall);
  return refused ? refused->payload : "";
}

std::string order_of(Mailbox& mailbox) {
  std::string order;
  for (const Input& input : mailbox.take_all()) order += input.payload + " ";
  return order;
}

}  // namespace

TEST_CASE("callers take turns, each in its own order", "[runtime][mailbox]") {
  Mailbox mailbox;
  for (const char* payload : {"a1", "a2", "a3"}) offer(mailbox, from(player(1), payload));
  for (const char* payload : {"b1", "b2"}) offer(mailbox, from(player(2), payload));
  offer(mailbox, timer("t1"), Rank::self);

  CHECK(mailbox.front().payload == "t1");
  CHECK(order_of(mailbox) == "t1 a1 b1 a2 b2 a3 ");
  CHECK(mailbox.empty());
}

TEST_CASE("what an entity sends keeps its order, whoever it acts for", "[runtime][mailbox]") {
  Mailbox mailbox;
  for (const char* payload : {"s1", "s2"}) offer(mailbox, sent_by("g", player(1), payload));
  offer(mailbox, sent_by("g", player(2), "s3"));
  offer(mailbox, from(player(2), "p1"));

  CHECK(order_of(mailbox) == "s1 p1 s2 s3 ");
}

TEST_CASE("a member of the match waits for one stranger at most", "[runtime][mailbox]") {
  Mailbox mailbox;
  for (std::uint64_t i = 10; i < 14; ++i) offer(mailbox, from(player(i), "s"));
  for (const char* payload : {"m1", "m2"}) offer(mailbox, from(player(1), payload), Rank::member);

  CHECK(order_of(mailbox) == "m1 s m2 s s s ");
}

TEST_CASE("a caller has a share of the mailbox", "[runtime][mailbox]") {
  Mailbox mailbox;
  for (const char* payload : {"a1", "a2", "a3", "a4"}) {
    CHECK(offer(mailbox, from(player(1), payload)).empty());
  }
  CHECK(offer(mailbox, from(player(1), "a5")) == "a5");
  CHECK(offer(mailbox, from(player(2), "b1")).empty());
}

TEST_CASE("in a full mailbox who has most makes room", "[runtime][mailbox]") {
  Mailbox mailbox;
  for (const char* payload : {"a1", "a2", "a3", "a4"}) offer(mailbox, from(player(1), payload));
  for (const char* payload : {"b1", "b2", "b3"}) offer(mailbox, from(player(2), payload));
  offer(mailbox, from(player(3), "c1"));

  CHECK(offer(mailbox, from(player(4), "d1")) == "a4");
  CHECK(offer(mailbox, from(player(3), "c2")) == "a3");
  CHECK(offer(mailbox, from(player(1), "a5")) == "a5");  // no caller has two more than this one
  CHECK(mailbox.size() == kSmall.total);
  CHECK(order_of(mailbox) == "a1 b1 c1 d1 a2 b2 c2 b3 ");
}

TEST_CASE("members of the match find room among strangers", "[runtime][mailbox]") {
  Mailbox mailbox;
  for (std::uint64_t i = 0; i < kSmall.total; ++i) {
    offer(mailbox, from(player(10 + i), "s" + std::to_string(i)));
  }

  CHECK(offer(mailbox, from(player(99), "late")) == "late");
  CHECK(offer(mailbox, from(player(1), "m1"), Rank::member) == "s0");
  CHECK(mailbox.front().payload == "m1");
}

TEST_CASE("timers and leaves are never refused", "[runtime][mailbox]") {
  Mailbox mailbox;
  for (std::uint64_t i = 0; i < kSmall.total; ++i) offer(mailbox, from(player(10 + i), "s"));
  Input leave = from(player(1), "bye");
  leave.trigger = abi::Trigger::leave;

  CHECK(offer(mailbox, std::move(leave)).empty());
  CHECK(offer(mailbox, timer("t"), Rank::self).empty());
  CHECK(mailbox.size() == kSmall.total + 2);
}

TEST_CASE("one player's flood neither refuses nor delays another", "[runtime][mailbox]") {
  World world;
  const std::string ann = player(1).text();
  world.rpc("add", "0", player(1));
  world.begin_rpc("nap", "", player(1));
  std::vector<World::Slot> flood;
  for (int i = 0; i < 400; ++i) {
    flood.push_back(world.begin_rpc("relay", ann + " svc_add", player(2)));
  }
  const auto other = world.begin_rpc("relay", ann + " svc_add", player(3));

  CHECK(World::text(flood.back()) ==
        "!8 counter is busy: 64 messages of yours wait (limits.mailbox_messages_per_caller)");
  CHECK(World::text(other) == "?");
  world.advance(200);

  CHECK(World::text(flood.front()) == "6");  // a nap adds one
  CHECK(World::text(other) == "11");         // the second to be served
}

TEST_CASE("strangers at the door do not keep a player from moving", "[runtime][mailbox]") {
  World world(1);
  const std::string key = world.rpc("open", "", player(1));
  const MatchId match{key, "arena"};
  const auto join = [&](std::uint64_t number, const std::string& name) {
    const Presence who{player(number), player(1000 + number), name};
    world.on(0, [&] { world.runtime->match_join({match, who, {}}, [](Result<MatchJoined>) {}); });
  };
  join(1, "ann");
  world.streams.sent.clear();

  join(2, "late 100");  // its handler sleeps, and everybody else waits
  for (std::uint64_t i = 0; i < 400; ++i) join(100 + i, "mallory");
  world.on(0, [&] {
    world.runtime->match_data({match, {player(1), player(1001), "ann"}, 1, "hit", {}});
  });
  world.advance(200);

  const auto hits = std::ranges::count_if(
      world.streams.sent, [](const RecordedStreams::Sent& one) { return one.op_code == 12; });
  CHECK(hits == 1);
}
