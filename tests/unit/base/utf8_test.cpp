#include "base/utf8.hpp"

#include <catch2/catch.hpp>

using namespace serai;

TEST_CASE("UTF-8 is checked to the letter", "[utf8]") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("plain ascii, longer than eight"));
  CHECK(is_utf8("gr\u00fc\u00df, \u20ac, \U0001F600 and on"));
  CHECK(is_utf8("\xf4\x8f\xbf\xbf"));
  CHECK_FALSE(is_utf8("\x80"));
  CHECK_FALSE(is_utf8("abc\xc3"));
  CHECK_FALSE(is_utf8("\xc0\xaf"));
  CHECK_FALSE(is_utf8("\xe0\x9f\xbf"));
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));
  CHECK_FALSE(is_utf8("\xf0\x8f\xbf\xbf"));
  CHECK_FALSE(is_utf8("\xf4\x90\x80\x80"));
  CHECK_FALSE(is_utf8("12345678\xff"));
  CHECK_FALSE(is_utf8("\xc0\x80"));  // an overlong encoding
  CHECK_FALSE(is_utf8("\xe2\x82"));
}

TEST_CASE("characters are counted, not bytes", "[utf8]") {
  CHECK(utf8_characters("") == 0);
  CHECK(utf8_characters("\u20acx") == 2);
}

TEST_CASE("a text is cut between two characters", "[utf8]") {
  CHECK(utf8_front("abc", 3) == "abc");
  CHECK(utf8_front("abc", 2) == "ab");
  CHECK(utf8_front("a\u20ac", 4) == "a\u20ac");
  CHECK(utf8_front("a\u20ac", 3) == "a");
  CHECK(utf8_front("\u20ac", 2).empty());
  CHECK(utf8_front("ab\xff", 10) == "ab");  // a shorter text, too, is cut at an invalid byte
}
