// One counter in C, in Rust and in C++ with another standard library, against abi.h alone.
#include <catch2/catch.hpp>

#include "mapped.hpp"
#include "serai/testing/swap_test.hpp"

using namespace serai::testing;
using serai::Status;

namespace {

const char* const kCounters[] = {
    SERAI_MODULE_c_counter, SERAI_MODULE_rust_counter, SERAI_MODULE_libcxx_counter};

std::vector<Recorded> recorded() {
  return {{"counter", "a", 1, std::string("\x2a\0\0\0\0\0\0\0", 8)}};
}

}  // namespace

TEST_CASE("a counter in any language counts, waits, refuses and survives", "[sdk][languages]") {
  const auto* const module = GENERATE(from_range(std::begin(kCounters), std::end(kCounters)));
  INFO(module);
  World world;
  world.load(module);
  const serai::Player ann = world.player("ann");

  CHECK(world.rpc_text(ann, "rpc_count", "5").bytes == "5");
  CHECK(world.rpc_text(ann, "rpc_count_later", "37").bytes == "42");
  CHECK(world.rpc_text(ann, "rpc_count", "five").text == "not_a_number");
  CHECK(world.rpc_text(ann, "rpc_count", "0").bytes == "42");
  CHECK(world.rpc_text(ann, "rpc_count", "").bytes == "42");
  CHECK(world.rpc_text(world.player("bob"), "rpc_count", "999999999999999999").bytes ==
        "999999999999999999");
  CHECK(world.rpc_text(ann, "rpc_count", "1000000000000000000").text == "not_a_number");
}

TEST_CASE("a counter in any language passes the tests of states", "[sdk][languages]") {
  for (const auto* const module : kCounters) {
    INFO(module);
    CHECK(round_trip_test(module, recorded()).ok());
    CHECK(damage_test(module, recorded()).ok());
    for (const auto* const other : kCounters) CHECK(swap_test(module, other, recorded()).ok());
  }
}

TEST_CASE("a live counter goes from language to language, and the code it left is gone",
          "[sdk][languages]") {
  World world;
  world.load(SERAI_MODULE_c_counter);
  const serai::Player ann = world.player("ann");
  CHECK(world.rpc_text(ann, "rpc_count", "1").bytes == "1");

  const char* before = SERAI_MODULE_c_counter;
  int sum = 1;
  for (const auto* const next : {SERAI_MODULE_rust_counter,
                                 SERAI_MODULE_libcxx_counter,
                                 SERAI_MODULE_rust_counter,
                                 SERAI_MODULE_c_counter}) {
    REQUIRE(world.swap(std::string(next)).ok());
    CHECK(world.rpc_text(ann, "rpc_count_later", "10").bytes == std::to_string(sum += 10));
    CHECK(world.rpc_text(ann, "rpc_count", "ten").text == "not_a_number");
    CHECK_FALSE(is_mapped(before));
    CHECK(is_mapped(next));
    before = next;
  }
}
