// A refusal's text: the request, the reason, and what to do about it.
#include <catch2/catch.hpp>

#include "unit/runtime/fixture.hpp"

using serai::testing::kAnn, serai::testing::player, serai::testing::World;

namespace {

std::string pass_on(const std::string& what, const serai::runtime::RuntimeLimits& limits = {}) {
  World world(1, false);
  world.limits = limits;
  world.build();
  world.begin();
  return world.rpc("pass_on", what, kAnn);
}

}  // namespace

TEST_CASE("a handler that passes on a refusal of the host says the host's reason",
          "[runtime][texts]") {
  const std::string where = ": check the names, and that the release holds its module";
  CHECK(pass_on("call absent") ==
        "!5 no module that serves has the handler counter/absent" + where);
  CHECK(pass_on("send absent") ==
        "!5 no module that serves has the handler counter/absent" + where);
  CHECK(pass_on("itself") ==
        "!9 the entity that should answer counter/svc_add waits for this very call, a deadlock: "
        "send to it instead, or let it answer first");
  CHECK(pass_on("ring absent") ==
        "!5 counter has no timer handler \"absent\": declare it, or use one of its own: ring");
  CHECK(pass_on("set 1", {.entity_timers = 0}) ==
        "!8 pass_on may have 0 entity_timers (limits.entity_timers)");
  CHECK(pass_on("send svc_add", {.run_effects = 0}) ==
        "!8 pass_on may have 0 run_effects (limits.run_effects)");
  CHECK(pass_on("shout 13") ==
        "!9 event 13: only a match pushes to its players, and pass_on is no match's handler: "
        "declare its kind as one");
  CHECK(pass_on("label 3000") == "!3 the label has 3000 bytes, the limit is 2048");
  CHECK(pass_on("kick nobody") ==
        "!3 kick: a session id is the UUID of a player's socket, as in a message's session_id");
}

TEST_CASE("a call with a key too long says the bound", "[runtime][texts]") {
  World world(1);
  const std::string long_key(300, 'k');
  CHECK(world.rpc("ask", long_key, kAnn) ==
        "!3 the key for counter/svc_add has 300 bytes, the limit is 255");
}

TEST_CASE("what the module says itself is not written over", "[runtime][texts]") {
  CHECK(pass_on("own words") == "!5 nobody of that name");
}

TEST_CASE("a handler without a reason is named with its status", "[runtime][texts]") {
  CHECK(pass_on("silence") == "!6 pass_on ended with status 6 and gave no reason");
}

TEST_CASE("a state that cannot be written names its entity, schema and version",
          "[runtime][texts]") {
  World world(1);
  CHECK(world.rpc("add_durable", "707", kAnn) ==
        "!13 add_durable is undone, since the state it left cannot be written: counter/" +
            kAnn.text() + ": export in schema 1 by counter 1 failed: status 13");
}

TEST_CASE("an answer that does not come names its deadline", "[runtime][texts]") {
  World world(1);
  const auto nap = world.begin_rpc("nap", "60000", player(2));
  const auto slot = world.begin_rpc("relay", player(2).text() + " svc_add", kAnn);
  world.advance(6'000);
  CHECK(World::text(slot) ==
        "!4 no answer within 5000 ms, the deadline of this call (runtime.call_deadline_ms when it "
        "gives none)");
}
