#include "base/hex.hpp"

#include <catch2/catch.hpp>

#include "base/ascii.hpp"

using namespace serai;

TEST_CASE("hexadecimal digits are written low and read in either case", "[hex]") {
  CHECK(hex(std::string_view("\x00\x7f\xff", 3)) == "007fff");
  CHECK(hex("").empty());
  for (int value = 0; value < 16; ++value) {
    const char digit = kHexDigits[static_cast<std::size_t>(value)];
    CHECK(hex_value(digit) == value);
    CHECK(hex_value(digit >= 'a' ? static_cast<char>(digit - 'a' + 'A') : digit) == value);
  }
  for (const char other : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xff'}) {
    CHECK(hex_value(other) == -1);
  }
}

TEST_CASE("blanks are taken from both ends, or from the last", "[ascii]") {
  CHECK(trimmed(" \ta b\t ", " \t") == "a b");
  CHECK(trimmed(" \t ", " \t").empty());
  CHECK(trimmed("", " ").empty());
  CHECK(trimmed_end(" a \n", " \n") == " a");
  CHECK(trimmed_end(std::string_view("x\0\n", 3), std::string_view("\0\n", 2)) == "x");
}
