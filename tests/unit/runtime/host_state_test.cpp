// HostState, the host's data of an entity, when it is damaged in the database.
#include "runtime/entity/host_state.hpp"

#include <catch2/catch.hpp>

#include "base/wire_bytes.hpp"

using namespace serai;
using namespace serai::runtime;

namespace {

HostState with_timers() {
  HostState state;
  state.generator = {7, 3};
  state.tick = 9;
  state.create_ms = 1'700'000'000'000;
  state.label = "a label";
  state.timers[1] = {1'700'000'000'500, "end", "x", 0, ""};
  state.timers[2] = {-5, "turn_over", "", 3, "refused"};
  return state;
}

// The timers in this order, whatever their numbers.
std::string in_order(std::uint64_t first, std::uint64_t second) {
  WireWriter out;
  for (const std::uint64_t number : {1U, 0U, 0U, 0U, 0U, 0U, 2U}) out.number(number);
  for (const std::uint64_t id : {first, second}) {
    out.number(id);
    out.signed_number(5);
    out.text("end");
    out.text("");
  }
  return out.take();
}

}  // namespace

TEST_CASE("what the host keeps with an entity comes back from its bytes", "[runtime][store]") {
  const std::string bytes = with_timers().encode();
  const Result<HostState> state = HostState::decode(bytes);
  REQUIRE(state);
  CHECK(state->timers.size() == 2);
  CHECK(state->encode() == bytes);
}

TEST_CASE("bytes that are cut short, or have more behind them, are damaged", "[runtime][store]") {
  const std::string bytes = with_timers().encode();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(HostState::decode(bytes.substr(0, size)).ok());
  }
  CHECK_FALSE(HostState::decode(bytes + '\0').ok());
}

TEST_CASE("a timer that would be lost makes the bytes damaged", "[runtime][store]") {
  CHECK(HostState::decode(in_order(1, 2)).ok());
  CHECK_FALSE(HostState::decode(in_order(1, 1)).ok());
  CHECK_FALSE(HostState::decode(in_order(2, 1)).ok());  // the host never writes this order
}

TEST_CASE("a number that does not fit, or is not written as the host does, is damage",
          "[runtime][store]") {
  const auto read = [](std::string_view bytes, std::uint64_t& number) {
    WireReader in(bytes);
    number = in.number();
    return in.ok() && in.at_end();
  };
  std::uint64_t number = 0;
  CHECK(read("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", number));
  CHECK(number == UINT64_MAX);
  CHECK_FALSE(read("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", number));  // a 65th bit
  CHECK_FALSE(read("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", number));
  CHECK_FALSE(read(std::string_view("\x81\x00", 2), number));  // 1, in two bytes
  CHECK(read(std::string_view("\0", 1), number));

  WireReader bounded("\x80\x02");  // 256
  CHECK(bounded.number(255) == 0);
  CHECK_FALSE(bounded.ok());
}
