#include <catch2/catch.hpp>

#include "model/placement.hpp"
#include "unit/runtime/fixture.hpp"

using serai::EntityId, serai::testing::player, serai::testing::World;

TEST_CASE("a durable handler is answered after its commit", "[runtime][commit]") {
  World world;
  world.store.hold_commits = true;
  const auto slot = world.begin_rpc("add_durable", "5", player(1));
  CHECK(World::text(slot) == "?");

  world.store.release_commits();
  world.settle();

  CHECK(World::text(slot) == "5");
}

TEST_CASE("what was acknowledged survives a crash", "[runtime][commit]") {
  World world;
  CHECK(world.rpc("add_durable", "5", player(1)) == "5");

  world.restart();

  CHECK(world.rpc("add", "1", player(1)) == "6");
}

TEST_CASE("an entity whose commit is lost goes back to what is on disk", "[runtime][commit]") {
  World world;
  world.rpc("add_durable", "5", player(1));
  world.store.lose_next(1);

  CHECK(world.rpc("add_durable", "7", player(1)).starts_with("!14"));

  CHECK(world.rpc("add", "0", player(1)) == "5");
}

TEST_CASE("a caller and its callee are committed together", "[runtime][commit]") {
  World world;
  world.store.hold_commits = true;
  const auto slot = world.begin_rpc("ask", player(9).text(), player(1));
  CHECK(World::text(slot) == "?");
  CHECK(world.store.records.empty());

  world.store.release_commits();
  world.settle();

  CHECK(World::text(slot) == "6");
  CHECK(world.store.records.size() == 2);
  CHECK(world.store.commits == 1);
}

TEST_CASE("what others did for a handler that was cut short is not kept", "[runtime][commit]") {
  World world;
  const auto home = [&](const serai::Uuid& who) {
    return serai::shard_of("counter", who.text(), 3);
  };
  const serai::Uuid ann = player(1);
  serai::Uuid bob = player(2);
  for (std::uint64_t i = 3; home(bob) == home(ann); ++i) bob = player(i);
  world.store.hold_commits = true;
  world.begin_rpc("add_durable", "5", ann, {}, home(ann));
  std::string answer = "?";
  world.shards.at(home(ann)).post([&] {
    world.runtime->rpc(
        serai::RpcRequest{"ask", bob.text(), {ann, "ann", {}}, {}},
        [&](serai::RpcAnswer got) { answer = got.payload ? *got.payload : "refused"; });
  });
  while (world.shards.at(home(ann)).run_ready()) {
  }

  world.store.lose_next(1);
  world.store.release_commits();  // Ann's shard gets this before the message from Bob's
  world.store.hold_commits = false;
  while (world.shards.at(home(bob)).run_ready()) {
  }
  world.settle();

  CHECK(answer == "refused");
  CHECK(world.store.records.empty());
  CHECK(world.rpc("add", "0", bob) == "0");
  CHECK(world.rpc("add", "0", ann) == "0");
}

TEST_CASE("a repeated call gets the first answer and happens once", "[runtime][idempotency]") {
  World world;
  CHECK(world.rpc("add_durable", "5", player(1), "key") == "5");
  CHECK(world.rpc("add_durable", "5", player(1), "key", 1) == "5");
  CHECK(world.rpc("add_durable", "6", player(1), "key").starts_with("!9 IDEM_MISMATCH"));

  world.restart();

  CHECK(world.rpc("add_durable", "5", player(1), "key") == "5");
  CHECK(world.rpc("add_durable", "6", player(1), "key").starts_with("!9 IDEM_MISMATCH"));
  CHECK(world.rpc("add", "0", player(1)) == "5");
}

TEST_CASE("the host's own refusals reach the caller with their kind", "[runtime]") {
  World world;
  const auto kind_of = [&](const std::string& rpc, const std::string& payload) {
    const auto slot = world.begin_rpc(rpc, payload, player(1), "key");
    return (*slot)->payload.error().kind;
  };
  world.rpc("add_durable", "5", player(1), "key");

  CHECK(kind_of("add_durable", "6") == serai::ErrorKind::idempotency_mismatch);
  CHECK(kind_of("no_such", "") == serai::ErrorKind::unknown_rpc);
  // A module's error with the same code stays the module's.
  CHECK(kind_of("pass_on", "own words") == serai::ErrorKind::none);
}

TEST_CASE("retries that overtake the commit wait for it", "[runtime][idempotency]") {
  World world;
  world.store.hold_commits = true;
  std::vector<World::Slot> slots;
  for (int i = 0; i < 20; ++i) {
    slots.push_back(
        world.begin_rpc("add_durable", "5", player(1), "key", static_cast<unsigned>(i % 3)));
  }
  for (const auto& slot : slots) CHECK(World::text(slot) == "?");

  world.store.release_commits();
  world.settle();

  for (const auto& slot : slots) CHECK(World::text(slot) == "5");
}

TEST_CASE("a retry after a lost commit runs again", "[runtime][idempotency]") {
  World world;
  world.store.lose_next(1);
  CHECK(world.rpc("add_durable", "5", player(1), "key").starts_with("!14"));

  CHECK(world.rpc("add_durable", "5", player(1), "key") == "5");
}

TEST_CASE("money moves with the commit of its call, and not at all when it fails",
          "[runtime][ledger]") {
  World world;
  const std::string account = "player:" + player(1).text();
  world.store.balances[account] = 10;

  CHECK(world.rpc("pay", "7", player(1)) == "1");
  CHECK(world.store.balances[account] == 3);
  CHECK(world.rpc("pay", "7", player(1)).starts_with("!9"));
  CHECK(world.store.balances[account] == 3);
  CHECK(world.store.balances["sink"] == 7);
}

TEST_CASE("a message of a durable handler arrives exactly once, crashes included",
          "[runtime][outbox]") {
  World world;
  const std::string other = player(9).text();
  const bool crash = GENERATE(false, true);
  if (crash) {
    // The sender's commit is on disk, the message is not handled: queued commits are lost in the
    // crash.
    world.rpc("tell", other, player(1));
    world.store.outbox[77] = {
        77, {"counter", other}, "svc_add", "9", "counter", player(1).text(), ""};
    world.restart();
  } else {
    world.rpc("tell", other, player(1));
    world.rpc("tell", other, player(1));
  }

  CHECK(world.rpc("add", "0", player(9)) == "18");
  CHECK(world.store.outbox.empty());
}

TEST_CASE(
    "what an entity has done is neither lost nor done again when it is evicted before its commit",
    "[runtime][outbox]") {
  World world;
  bool torn = false;
  const auto at_import = [&torn] {
    if (torn) throw std::runtime_error("torn");
  };
  REQUIRE(world.swap_to(2, {}, at_import));
  world.store.hold_commits = true;
  const auto told = world.begin_rpc("tell", player(9).text(), player(1));
  world.store.release_commits();  // the sender's commit: the message is sent
  world.store.hold_commits = true;
  world.settle();
  const auto added = world.begin_rpc("add_durable", "5", player(9));
  REQUIRE(world.store.held_commits() == 2);

  torn = true;  // a failure can no longer be undone
  CHECK(world.rpc("spoil", "", player(9)).starts_with("!"));
  torn = false;
  world.store.release_commits();
  world.advance(5'000);

  CHECK(World::text(added) == "14");
  CHECK(world.rpc("add", "0", player(9)) == "14");
  CHECK(world.store.outbox.empty());
}

TEST_CASE("what a handler of no entity asks for is answered in its commit", "[runtime][commit]") {
  World world;
  CHECK(world.rpc("relay", player(9).text() + " svc_add", player(1)) == "5");
  CHECK(world.store.commits == 1);
  world.restart();
  CHECK(world.rpc("add", "0", player(9)) == "5");
}

TEST_CASE("messages to be sent are read before anybody who may send more is awake",
          "[runtime][outbox]") {
  World world;
  world.rpc("later", "", player(1));
  world.store.loads = 0;
  world.restart();
  CHECK(world.store.loads > 0);
  CHECK(world.store.loads_before_outbox == 0);
}

TEST_CASE("a state that comes back is written again", "[runtime][write_behind]") {
  World world;
  world.rpc("add", "5", player(1));
  world.advance(2'000);
  world.rpc("add_durable", "1", player(1));
  world.rpc("add", "-1", player(1));
  world.advance(2'000);

  world.restart();

  CHECK(world.rpc("add", "0", player(1)) == "5");
}

TEST_CASE("what is asked of a shard that has drained already is on disk at the end",
          "[runtime][stop]") {
  World world;
  std::uint64_t number = 1;
  while (serai::shard_of("counter", player(number).text(), 3) != 0) ++number;
  std::string answer;
  world.shards.at(1).post([&] {
    world.runtime->rpc(
        serai::RpcRequest{"relay", player(number).text() + " add", {player(50), "ann", {}}, {}},
        [&](serai::RpcAnswer got) { answer = got.payload ? *got.payload : "refused"; });
  });

  world.runtime->stop();  // the first shard has nothing to do yet

  CHECK(answer == "5");
  world.restart();
  CHECK(world.rpc("add", "0", player(number)) == "5");
}

TEST_CASE("an idempotency key has a length", "[runtime][idempotency]") {
  World world;
  const std::string longest(serai::runtime::kIdempotencyKeyMax, 'k');
  CHECK(world.rpc("add_durable", "5", player(1), longest) == "5");
  CHECK(world.rpc("add_durable", "5", player(1), longest + "k").starts_with("!3 "));
  CHECK(world.rpc("open", "", player(1), longest + "k").starts_with("!3 "));
  CHECK(world.rpc("add", "0", player(1)) == "5");
}

TEST_CASE("a message nobody can take is consumed, not repeated for ever", "[runtime][outbox]") {
  World world;
  world.store.outbox[5] = {5, {"counter", player(9).text()}, "end", "", "", "", ""};

  world.restart();

  CHECK(world.store.outbox.empty());
}

TEST_CASE("a message to an entity that nobody serves any more is logged with its sender",
          "[runtime][outbox]") {
  World world;
  const std::string sender = player(1).text();
  world.store.outbox[5] = {5, {"nobody", "one"}, "end", "", "counter", sender, ""};

  world.restart();

  const std::string generation = std::to_string(world.runtime->figures().front().generation);
  const std::string line =
      "message.undeliverable module=counter module_version=1 generation=" + generation +
      " caller_kind=counter caller_key=" + sender + " kind=nobody key=one handler=end";
  CHECK(std::ranges::count(world.log.lines, line) == 1);
}

TEST_CASE("a handler whose work cannot be written leaves no timer", "[runtime][commit]") {
  World world;
  CHECK(world.rpc("add", "707", player(1)) == "707");  // in memory only, so far

  CHECK(world.rpc("later", "", player(1)).starts_with("!13"));

  world.advance(1100);
  CHECK(world.rpc("add", "0", player(1)) == "707");
}

TEST_CASE("a handler whose work could not be put back is refused", "[runtime][commit]") {
  World world;
  CHECK(world.rpc("add", "706", player(1)) == "706");
  const auto slot = world.begin_rpc("nap", "5", player(1));  // adds one when it wakes
  world.advance(10);

  CHECK(World::text(slot).starts_with("!13"));

  world.rpc("spoil", "", player(1));
  CHECK(world.rpc("add", "0", player(1)) == "706");
}
