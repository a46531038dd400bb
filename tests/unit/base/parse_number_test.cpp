// Numbers in texts: what is one, and what is none.
#include "base/parse_number.hpp"

#include <catch2/catch.hpp>
#include <cstdint>

using serai::parse_number;

TEST_CASE("a number is all of its text", "[base]") {
  CHECK(parse_number<int>("12") == 12);
  CHECK(parse_number<int>("-12") == -12);
  CHECK(parse_number<std::uint16_t>("65535") == 65535);
  CHECK(parse_number<double>("1.5e3") == 1500.0);
}

TEST_CASE("what is more or less than a number is none", "[base]") {
  for (const char* text : {"", " 1", "1 ", "+1", "1.5", "0x1", "one"}) {
    INFO(text);
    CHECK_FALSE(parse_number<int>(text).has_value());
  }
  CHECK_FALSE(parse_number<std::uint16_t>("65536").has_value());
  CHECK_FALSE(parse_number<unsigned>("-1").has_value());
}
