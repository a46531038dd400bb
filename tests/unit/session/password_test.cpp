#include "session/password.hpp"

#include <catch2/catch.hpp>

using namespace serai;
using namespace serai::session;

TEST_CASE("a stored password matches itself and nothing else", "[password]") {
  const auto stored = session::hash_password("correct horse", 4);
  REQUIRE(stored.ok());

  CHECK(stored->starts_with("scrypt$4$8$1$"));
  CHECK(session::password_matches("correct horse", *stored));
  CHECK_FALSE(session::password_matches("correct horsf", *stored));
  CHECK_FALSE(session::password_matches("", *stored));
}

TEST_CASE("the same password is stored differently every time", "[password]") {
  CHECK(*session::hash_password("correct horse", 4) != *session::hash_password("correct horse", 4));
}

TEST_CASE("the test vector of RFC 7914 is recognised", "[password]") {
  // scrypt("password", "NaCl", N=1024, r=8, p=16) is beyond our p; the first 32 bytes of
  // scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1) are these.
  CHECK(session::password_matches(
      "pleaseletmein",
      "scrypt$14$8$1$U29kaXVtQ2hsb3JpZGU=$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI="));
}

TEST_CASE("stored text of another form matches nothing", "[password]") {
  const std::string good = *hash_password("correct horse", 4);
  for (const std::string& stored : {std::string(),
                                    std::string("$2a$10$abc"),
                                    std::string("scrypt$4$8$1$$"),
                                    "scrypt$99" + good.substr(8),
                                    good.substr(0, good.size() - 4),
                                    good + "$x"}) {
    INFO(stored);
    CHECK_FALSE(password_matches("correct horse", stored));
  }
}
