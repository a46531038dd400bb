// A key is claimed by one call at a time, and freed wherever the call ends.
#include "runtime/shard/key_claims.hpp"

#include <catch2/catch.hpp>

using serai::runtime::KeyClaim;
using serai::runtime::KeyClaims;

TEST_CASE("a key is another's until its claim is given back", "[runtime][idempotency]") {
  serai::ManualClock clock;
  serai::runtime::Shard home(0, clock);
  KeyClaims keys(home);
  REQUIRE(keys.claim("ann/buy\n1"));
  KeyClaim first = keys.own("ann/buy\n1");
  CHECK_FALSE(keys.claim("ann/buy\n1"));
  CHECK(keys.claim("ann/buy\n2"));

  first.reset();  // not on the key's home shard: posted to it
  CHECK_FALSE(keys.claim("ann/buy\n1"));
  home.run_ready();
  CHECK(keys.claim("ann/buy\n1"));
}

TEST_CASE("at its home a key is free at once", "[runtime][idempotency]") {
  serai::ManualClock clock;
  serai::runtime::Shard home(0, clock);
  KeyClaims keys(home);
  bool again = false;
  home.post([&] {
    keys.claim("ann/buy\n1");
    keys.own("ann/buy\n1").reset();
    again = keys.claim("ann/buy\n1");
  });
  home.run_ready();
  CHECK(again);
}
