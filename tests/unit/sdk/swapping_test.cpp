// Two versions of one module: swapped, rolled back, refused, damaged and unloaded.
#include <catch2/catch.hpp>

#include "camp.pb.h"
#include "mapped.hpp"
#include "serai/testing/swap_test.hpp"

using namespace std::chrono_literals;
using namespace serai::testing;
using serai::Status;

namespace {

std::vector<Recorded> recorded_v1() {
  camp::Camp state;
  state.set_name("old");
  state.set_fires(4);
  (*state.mutable_stores())["wood"] = 12;
  return {{"camp", "a", 1, state.SerializeAsString()}, {"camp", "b", 1, ""}};
}

std::int64_t fires(const World& world, const std::string& id) {
  return world.state<camp::Camp>("camp", id).fires();
}

}  // namespace

TEST_CASE("recorded states go up to the new version and back unchanged", "[sdk]") {
  const Report report = swap_test(SERAI_MODULE_camp_v1, SERAI_MODULE_camp, recorded_v1());

  INFO(report.text());
  CHECK(report.ok());
}

TEST_CASE("a state that an old version never wrote is found out", "[sdk]") {
  const Report report =
      swap_test(SERAI_MODULE_camp, SERAI_MODULE_camp_v1, {{"camp", "a", 2, "\x10\x07"}});

  CHECK_FALSE(report.ok());
}

TEST_CASE("states survive their own round trip", "[sdk]") {
  CHECK(round_trip_test(SERAI_MODULE_camp, recorded_v1()).ok());
}

TEST_CASE("damaged states are refused or read, never worse", "[sdk]") {
  const Report report = damage_test(SERAI_MODULE_camp, recorded_v1());

  INFO(report.text());
  CHECK(report.ok());
  CHECK(report.checked > 100);
}

TEST_CASE("a live camp moves to a new version and back, its players unaware", "[sdk]") {
  World world;
  world.load(SERAI_MODULE_camp_v1);
  REQUIRE(world.restore("camp", "a", 1, recorded_v1()[0].bytes).ok());
  const serai::Player ann = world.player("ann");
  REQUIRE(world.join(ann, "a.camp").ok());
  camp::Light light;
  light.set_count(3);

  REQUIRE(world.swap(SERAI_MODULE_camp).ok());
  CHECK(fires(world, "a") == 12);
  CHECK(world.data(ann, "a.camp", 1, light).ok());
  CHECK(world.last<camp::Lit>("lit").fires() == 15);
  REQUIRE(world.swap(SERAI_MODULE_camp_v1).ok());

  CHECK(fires(world, "a") == 5);
  CHECK(world.members("a.camp").size() == 1);
}

TEST_CASE("a swap that one entity refuses changes nothing", "[sdk]") {
  World world;
  world.load(SERAI_MODULE_camp);
  REQUIRE(world.restore("camp", "a", 2, "\x10\x06").ok());
  REQUIRE(world.restore("camp", "b", 2, "\x10\x07").ok());

  const Outcome refused = world.swap(SERAI_MODULE_camp_v1);

  CHECK_FALSE(refused.ok());
  CHECK(refused.text.find("camp/b") != std::string::npos);
  CHECK(refused.text.find("half_a_fire") != std::string::npos);
  CHECK(fires(world, "a") == 6);
  CHECK(world.manifest("camp").find("2.0.0") != std::string::npos);
}

TEST_CASE("a swap waits for the entity whose handler waits", "[sdk]") {
  World world;
  world.load(SERAI_MODULE_camp);
  REQUIRE(world.open("camp", "a").ok());
  camp::Visit visit;
  visit.set_camp_id("a");
  visit.set_sleep_ms(1000);
  const auto visiting = world.begin(world.player("ann"), "rpc_visit", visit);
  const std::int64_t began = world.now_ms();

  CHECK(world.swap(SERAI_MODULE_camp_v1).ok());

  CHECK(world.now_ms() - began >= 1000);
  REQUIRE(world.done(visiting));
  CHECK(world.take(visiting).status == Status::not_found);
}

TEST_CASE("of two versions loaded at once, the one unloaded leaves the process", "[sdk]") {
  World kept;
  kept.load(SERAI_MODULE_camp);
  {
    World dropped;
    dropped.load(SERAI_MODULE_camp_v1);
    REQUIRE(dropped.open("camp", "a").ok());
    CHECK(is_mapped(SERAI_MODULE_camp_v1));
  }

  CHECK_FALSE(is_mapped(SERAI_MODULE_camp_v1));
  CHECK(is_mapped(SERAI_MODULE_camp));
  CHECK(kept.open("camp", "a").ok());
}
