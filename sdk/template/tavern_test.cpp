// The rules of a tavern. Each rule has a test case.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include "serai/testing/fake_match.hpp"
#include "serai/testing/swap_test.hpp"
#include "tavern.pb.h"

using namespace std::chrono_literals;
using namespace serai::testing;

namespace {

struct Evening {
  World world{{.seed = 7}};
  serai::Player ann = world.player("ann");
  tavern::Opened opened;

  Evening() {
    world.load(SERAI_MODULE_tavern);
    tavern::OpenTavern open;
    open.set_name("The Goat");
    opened = world.rpc(ann, "rpc_open_tavern", open).as<tavern::Opened>();
  }
};

tavern::Cheer cheer(const std::string& word) {
  tavern::Cheer cheer;
  cheer.set_word(word);
  return cheer;
}

}  // namespace

TEST_CASE("a tavern needs a name", "[tavern]") {
  World world;
  world.load(SERAI_MODULE_tavern);

  CHECK(world.rpc(world.player("ann"), "rpc_open_tavern", tavern::OpenTavern()).code() ==
        "no_name");
}

TEST_CASE("guests hear each other's cheers", "[tavern]") {
  FakeMatch match(SERAI_MODULE_tavern, "tavern", {.seed = 7});
  const auto [ann, bob] = match.join("ann", "bob");

  CHECK(match.data(ann, 1, cheer("prosit")).ok());
  CHECK(match.data(bob, 1, cheer("")).code() == "silence");

  CHECK(match.count("cheered") == 1);
  CHECK(match.last<tavern::Cheered>("cheered").user_id() == ann.id);
}

TEST_CASE("a client sees a tavern as JSON", "[tavern]") {
  Evening evening;
  evening.world.join(evening.ann, evening.opened.match_id());

  const Outcome seen = evening.world.rpc_text(
      evening.ann, "rpc_get_tavern", R"({"tavern_id":")" + evening.opened.tavern_id() + R"("})");

  CHECK(seen.bytes == R"({"name":"The Goat","guests":"1"})");
}

TEST_CASE("a tavern closes after an hour", "[tavern]") {
  Evening evening;

  evening.world.advance(59min);
  CHECK(evening.world.exists("tavern", evening.opened.tavern_id()));
  evening.world.advance(2min);

  CHECK_FALSE(evening.world.exists("tavern", evening.opened.tavern_id()));
}

// Keep one recorded state per released schema here; a new version must still read each of them.
TEST_CASE("recorded states survive a swap and damage", "[tavern]") {
  tavern::Tavern state;
  state.set_name("The Goat");
  state.set_cheers(3);
  const std::vector<Recorded> recorded{{"tavern", "a", 1, state.SerializeAsString()}};

  const Report swapped = swap_test(SERAI_MODULE_tavern, SERAI_MODULE_tavern, recorded);
  INFO(swapped.text());
  CHECK(swapped.ok());
  CHECK(damage_test(SERAI_MODULE_tavern, recorded).ok());
}
