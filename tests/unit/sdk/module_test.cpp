// A module of free functions and tables, called over the real border.
#include <catch2/catch.hpp>

#include "camp.pb.h"
#include "serai/testing/world.hpp"

using namespace std::chrono_literals;
using namespace serai::testing;
using serai::Status;

namespace {

struct Camped {
  World world{WorldOptions{.seed = 7, .config = {}}};
  serai::Player ann = world.player("ann");
  serai::Player bob = world.player("bob");
  std::string id;

  Camped() {
    world.load(SERAI_MODULE_camp);
    id = pitch("green");
  }
  std::string pitch(const std::string& name) {
    camp::Pitch pitch;
    pitch.set_name(name);
    return world.rpc(ann, "rpc_pitch", pitch).as<camp::Pitched>().camp_id();
  }
  std::string match() const { return id + ".camp"; }
  camp::Camp state() const { return world.state<camp::Camp>("camp", id); }
  Outcome fault(const std::string& how) {
    camp::Fault fault;
    fault.set_camp_id(id);
    fault.set_how(how);
    return world.rpc(ann, "rpc_fault", fault);
  }
  Outcome light(std::int64_t count) {
    camp::Light light;
    light.set_count(count);
    return world.data(ann, match(), 1, light);
  }
};

}  // namespace

TEST_CASE("the manifest says exactly what the table says", "[sdk]") {
  World world;
  world.load(SERAI_MODULE_camp);

  const std::string expected =
      R"({"serai":1,"name":"camp","version":"2.0.0","abi":"1.0",)"
      R"("kinds":[{"name":"camp","state":"camp.Camp","schema":2,"reads":[1,2],"writes":[1,2],)"
      R"("match":true,"players_max":2,"tick_hz":10,"idle_s":60}],"handlers":[)"
      R"({"name":"join","on":"join","kind":"camp"},{"name":"leave","on":"leave","kind":"camp"},)"
      R"({"name":"tick","on":"tick","kind":"camp"},)"
      R"({"name":"light","on":"data","op":1,"kind":"camp","request":"camp.Light"},)"
      R"({"name":"rpc_pitch","on":"rpc","kind":"camp","key":"fresh","request":"camp.Pitch",)"
      R"("reply":"camp.Pitched","client":true,"creates":true,"durable":true,"idempotent":true},)"
      R"({"name":"rpc_look","on":"rpc","kind":"camp","key":"field:camp_id","request":"camp.Look",)"
      R"("reply":"camp.View","client":true},)"
      R"({"name":"rpc_store","on":"rpc","kind":"camp","key":"field:camp_id",)"
      R"("request":"camp.Store","client":true,"durable":true},)"
      R"({"name":"rpc_fault","on":"rpc","kind":"camp","key":"field:camp_id",)"
      R"("request":"camp.Fault","client":true},)"
      R"({"name":"rpc_visit","on":"rpc","kind":"camp","key":"field:camp_id",)"
      R"("request":"camp.Visit","reply":"camp.View","client":true,"budget_ms":5},)"
      R"({"name":"rpc_toll","on":"rpc","kind":"camp","key":"field:camp_id",)"
      R"("request":"camp.Toll","reply":"camp.Paid","client":true,"durable":true},)"
      R"({"name":"svc_store","on":"rpc","kind":"camp","request":"camp.Store","creates":true},)"
      R"({"name":"ember","on":"timer","kind":"camp","request":"camp.Ember"},)"
      R"({"name":"rpc_echo","on":"rpc","client":true}],)"
      R"("events":[{"op":101,"name":"lit","message":"camp.Lit"}],"config":[],"accounts":[{"prefix":"town:","below_zero":true}]})";
  CHECK(world.manifest("camp") == expected);
}

TEST_CASE("a module's own test passes", "[sdk]") {
  World world;
  world.load(SERAI_MODULE_camp);

  const Outcome tested = world.self_test("camp");

  INFO(tested.text);
  CHECK(tested.ok());
}

TEST_CASE("an RPC with a fresh key opens an entity, and others find it by a field", "[sdk]") {
  Camped camped;

  const Outcome seen =
      camped.world.rpc_text(camped.bob, "rpc_look", R"({"camp_id":")" + camped.id + R"("})");

  INFO(seen.text);
  CHECK(seen.ok());
  CHECK(seen.bytes.find(R"("name":"green")") != std::string::npos);
  CHECK(camped.world.label(camped.match()) == "green");
}

TEST_CASE("a request that the module refuses opens nothing", "[sdk]") {
  Camped camped;

  const Outcome refused = camped.world.rpc(camped.ann, "rpc_pitch", camp::Pitch());

  CHECK(refused.status == Status::invalid_argument);
  CHECK(refused.text == "no_name");
  CHECK(camped.world.keys("camp").size() == 1);
}

TEST_CASE("a message to an entity that does not exist is not found", "[sdk]") {
  Camped camped;
  camp::Look look;
  look.set_camp_id("nowhere");

  const Outcome seen = camped.world.rpc(camped.ann, "rpc_look", look);

  CHECK(seen.status == Status::not_found);
  CHECK_FALSE(camped.world.exists("camp", "nowhere"));
}

TEST_CASE("a malformed request is refused before the handler runs", "[sdk]") {
  Camped camped;

  const Outcome refused = camped.world.rpc_text(
      camped.ann, "rpc_store", R"({"camp_id":")" + camped.id + R"(","count":"many"})");

  CHECK(refused.status == Status::invalid_argument);
  CHECK(camped.state().stores().empty());
}

TEST_CASE("a stateless handler without types answers raw text", "[sdk]") {
  Camped camped;

  const Outcome echoed = camped.world.rpc_text(camped.ann, "rpc_echo", "anything {");

  CHECK(echoed.bytes == "anything {");
}

TEST_CASE("a call for modules only is no RPC for clients", "[sdk]") {
  Camped camped;

  CHECK(camped.world.rpc(camped.ann, "svc_store", camp::Store()).status == Status::not_found);
  CHECK(camped.world.call({"camp", "cellar", "svc_store"}, camp::Store()).ok());
  CHECK(camped.world.exists("camp", "cellar"));
}

TEST_CASE("a handler that fails in any way has no effects", "[sdk]") {
  Camped camped;
  const std::string before = camped.world.state_bytes("camp", camped.id);

  const auto [how, status, text] = GENERATE(table<std::string, Status, std::string>(
      {{"throw", Status::internal, "a deliberate exception"},
       {"throw_int", Status::internal, "something that is no std::exception was thrown"},
       {"send",
        Status::not_found,
        "not_sent: camp/no_such_handler: no such handler: check its name, and that the release "
        "holds the module that has it"},
       {"refuse", Status::failed_precondition, "as_asked"}}));
  const Outcome failed = camped.fault(how);

  CHECK(failed.status == status);
  CHECK(failed.text == text);
  CHECK(camped.world.state_bytes("camp", camped.id) == before);
  CHECK(camped.world.pushes().empty());
}

TEST_CASE("a closed entity is gone, its timers and players with it", "[sdk]") {
  Camped camped;
  REQUIRE(camped.world.join(camped.ann, camped.match()).ok());

  CHECK(camped.fault("close").ok());
  camped.world.advance(10s);

  CHECK_FALSE(camped.world.exists("camp", camped.id));
  CHECK(camped.world.members(camped.match()).empty());
}

TEST_CASE("players join, are notified, act, and leave", "[sdk]") {
  Camped camped;
  REQUIRE(camped.world.join(camped.ann, camped.match()).ok());
  REQUIRE(camped.world.join(camped.bob, camped.match()).ok());

  CHECK(camped.light(2).ok());
  CHECK(camped.light(-5).text == "negative");
  camped.world.leave(camped.bob, camped.match());

  CHECK(camped.world.count("lit") == 1);
  CHECK(camped.world.last<camp::Lit>("lit").fires() == 2);
  CHECK(camped.world.last_push("lit").session_ids.size() == 2);
  CHECK(camped.state().fires() == 2);
  CHECK(camped.state().sessions_size() == 1);
  CHECK(camped.world.logs().back().fields.at("who") == "bob");
}

TEST_CASE("a player can be refused by the match, or by its size", "[sdk]") {
  Camped camped;
  const serai::Player eve = camped.world.player("eve");

  CHECK(camped.world.join(eve, camped.match(), {{"a", "b"}, {"mood", "grim"}}).text ==
        "too_grim: cheer up");
  CHECK(camped.world.join(eve, camped.match(), {{"mood", "fair"}}).ok());
  CHECK(camped.world.join(camped.ann, camped.match()).ok());

  CHECK(camped.world.join(camped.bob, camped.match()).text == "Match is full: at most 2 players");
  CHECK(camped.world.members(camped.match()).size() == 2);
}

TEST_CASE("ticks come at once and then at their rate, and timers when they are due", "[sdk]") {
  Camped camped;

  camped.world.advance(4900ms);
  CHECK(camped.state().ticks() == 50);
  CHECK(camped.state().fires() == 0);
  camped.world.advance(200ms);

  CHECK(camped.state().ticks() == 52);
  CHECK(camped.state().fires() == 7);
}

TEST_CASE("fields that a version does not know are kept", "[sdk]") {
  Camped camped;
  const std::string unknown = "\xf2\x06\x05later";  // field 110, "later"
  const std::string bytes = camped.world.state_bytes("camp", camped.id) + unknown;
  const std::int64_t ticks = camped.state().ticks();
  REQUIRE(camped.world.restore("camp", camped.id, 2, bytes).ok());

  camped.world.advance(1s);

  CHECK(camped.world.state_bytes("camp", camped.id).find(unknown) != std::string::npos);
  CHECK(camped.state().ticks() == ticks + 11);  // one as it is opened
}

TEST_CASE("equal states give equal bytes, in whatever order they grew", "[sdk]") {
  Camped camped;
  const std::string other = camped.pitch("green");
  const auto store = [&](const std::string& id, int what) {
    camp::Store more;
    more.set_camp_id(id);
    more.set_what("good" + std::to_string(what));
    more.set_count(what);
    REQUIRE(camped.world.rpc(camped.ann, "rpc_store", more).ok());
  };

  for (int what = 0; what < 50; ++what) {
    store(camped.id, what);
    store(other, 49 - what);
  }

  CHECK(camped.world.state_bytes("camp", camped.id) == camped.world.state_bytes("camp", other));
}

TEST_CASE("the same seed and messages give the same world", "[sdk]") {
  Camped one;
  Camped other;

  CHECK(one.id == other.id);
  CHECK(one.id.size() == 36);
}
