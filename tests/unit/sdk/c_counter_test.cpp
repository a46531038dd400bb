// A module written in plain C against abi.h alone.
#include <catch2/catch.hpp>

#include "serai/testing/swap_test.hpp"

using namespace serai::testing;
using serai::Status;

TEST_CASE("a module in C counts, waits, refuses and survives", "[sdk]") {
  World world;
  world.load(SERAI_MODULE_c_counter);
  const serai::Player ann = world.player("ann");

  CHECK(world.rpc_raw(ann, "rpc_count", "5").bytes == "5");
  CHECK(world.rpc_raw(ann, "rpc_count_later", "37").bytes == "42");
  CHECK(world.rpc_raw(ann, "rpc_count", "five").text == "not_a_number");
  CHECK(world.rpc_raw(ann, "rpc_count", "0").bytes == "42");
  CHECK(world.rpc_raw(world.player("bob"), "rpc_count", "1").bytes == "1");
}

TEST_CASE("a module in C passes the tests of states", "[sdk]") {
  const std::vector<Recorded> states{{"counter", "a", 1, std::string("\x2a\0\0\0\0\0\0\0", 8)}};

  CHECK(round_trip_test(SERAI_MODULE_c_counter, states).ok());
  CHECK(damage_test(SERAI_MODULE_c_counter, states).ok());
  CHECK(swap_test(SERAI_MODULE_c_counter, SERAI_MODULE_c_counter, states).ok());
}
