// Handlers that wait: calls, sleeps and money, and every way a wait can end.
#include <catch2/catch.hpp>

#include "camp.pb.h"
#include "serai/testing/world.hpp"

using namespace std::chrono_literals;
using namespace serai::testing;
using serai::Status;

namespace {

struct Camps {
  World world;
  serai::Player ann = world.player("ann");
  std::string here;
  std::string there;

  Camps() {
    world.load(SERAI_MODULE_camp);
    here = pitch("here");
    there = pitch("there");
  }
  std::string pitch(const std::string& name) {
    camp::Pitch pitch;
    pitch.set_name(name);
    return world.rpc(ann, "rpc_pitch", pitch).as<camp::Pitched>().camp_id();
  }
  static camp::Visit visit(const std::string& from,
                           const std::string& to,
                           std::int64_t sleep_ms = 0) {
    camp::Visit visit;
    visit.set_camp_id(from);
    visit.set_other_id(to);
    visit.set_sleep_ms(sleep_ms);
    return visit;
  }
  std::string note() const { return world.state<camp::Camp>("camp", here).note(); }
  Outcome toll(std::int64_t amount, const std::string& key) {
    camp::Toll toll;
    toll.set_camp_id(here);
    toll.set_payer(ann.id);
    toll.set_amount(amount);
    toll.set_idem_key(key);
    return world.rpc(ann, "rpc_toll", toll);
  }
};

}  // namespace

TEST_CASE("a handler waits for another entity and goes on with its answer", "[sdk]") {
  Camps camps;

  const Outcome seen =
      camps.world.rpc(camps.ann, "rpc_visit", camps.visit(camps.here, camps.there));

  INFO(seen.text);
  CHECK(seen.as<camp::View>().name() == "there");
  CHECK(camps.note() == "visited there");
}

TEST_CASE("a sleeping handler blocks its own entity and no other", "[sdk]") {
  Camps camps;
  camp::Look look;
  const auto visiting =
      camps.world.begin(camps.ann, "rpc_visit", camps.visit(camps.here, camps.there, 2000));
  look.set_camp_id(camps.here);
  const auto blocked = camps.world.begin(camps.ann, "rpc_look", look);
  look.set_camp_id(camps.there);

  CHECK(camps.world.rpc(camps.ann, "rpc_look", look).ok());
  camps.world.advance(1900ms);
  CHECK_FALSE(camps.world.done(visiting));
  CHECK_FALSE(camps.world.done(blocked));
  camps.world.advance(200ms);

  CHECK(camps.world.take(visiting).ok());
  CHECK(camps.world.take(blocked).as<camp::View>().note() == "visited there");
}

TEST_CASE("a refusal of the called entity reaches the caller, which is put back", "[sdk]") {
  Camps camps;

  const Outcome seen =
      camps.world.rpc(camps.ann, "rpc_visit", camps.visit(camps.here, "nowhere", 10));

  CHECK(seen.status == Status::not_found);
  CHECK(camps.note().empty());
}

TEST_CASE("a call that would wait on its own chain is refused as a deadlock", "[sdk]") {
  Camps camps;

  const Outcome seen = camps.world.rpc(camps.ann, "rpc_visit", camps.visit(camps.here, camps.here));

  CHECK(seen.status == Status::failed_precondition);
  CHECK(camps.note().empty());
}

TEST_CASE("an exception after a wait fails the call with its text", "[sdk]") {
  Camps camps;
  const std::string haunted = camps.pitch("haunted");

  const Outcome seen = camps.world.rpc(camps.ann, "rpc_visit", camps.visit(camps.here, haunted, 5));

  CHECK(seen.status == Status::internal);
  CHECK(seen.text == "boo");
  CHECK(camps.note().empty());
}

TEST_CASE("a call to one that sleeps too long ends at its deadline", "[sdk]") {
  Camps camps;
  const auto slow =
      camps.world.begin(camps.ann, "rpc_visit", camps.visit(camps.there, camps.here, 60'000));

  const Outcome seen =
      camps.world.rpc(camps.ann, "rpc_visit", camps.visit(camps.here, camps.there));

  CHECK(seen.status == Status::deadline_exceeded);
  CHECK_FALSE(camps.world.done(slow));
}

TEST_CASE("a world may end while handlers wait", "[sdk]") {
  Camps camps;
  camps.world.begin(camps.ann, "rpc_visit", camps.visit(camps.here, camps.there, 2000));
  camps.world.begin(camps.ann, "rpc_visit", camps.visit(camps.there, camps.here));
}

TEST_CASE("money moves once per key, and never below zero", "[sdk]") {
  Camps camps;
  const std::string purse = "player:" + camps.ann.id;
  camps.world.fund(purse, 30);

  CHECK(camps.toll(20, "a").as<camp::Paid>().left() == 10);
  CHECK(camps.toll(20, "a").as<camp::Paid>().left() == 10);
  CHECK(camps.toll(20, "b").status == Status::failed_precondition);

  CHECK(camps.world.balance(purse) == 10);
  CHECK(camps.world.balance("town:camp") == 20);
  CHECK(camps.world.notices().size() == 2);
  CHECK(camps.world.notices().front().subject == "toll paid");
}
