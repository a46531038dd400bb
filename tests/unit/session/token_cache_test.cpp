#include <catch2/catch.hpp>

#include "session/revocations.hpp"
#include "session/tokens.hpp"

using namespace serai;
using namespace serai::session;

namespace {

TokenClaims claims_of(const std::string& name) {
  TokenClaims claims;
  claims.token_id = Uuid::make_random().text();
  claims.user_id = Uuid::make_random();
  claims.username = name;
  claims.issued_s = 100;
  claims.expires_s = 200;
  return claims;
}

}  // namespace

TEST_CASE("the token cache is bounded and keeps what is asked for", "[tokens]") {
  session::TokenCache cache(100);
  cache.put("favourite", claims_of("ann"));

  for (int i = 0; i < 10'000; ++i) {
    cache.put("token" + std::to_string(i), claims_of("x"));
    REQUIRE(cache.find("favourite") != nullptr);
    REQUIRE(cache.size() <= 104);
  }

  CHECK(cache.find("favourite")->username == "ann");
  CHECK(cache.find("token0") == nullptr);
  CHECK(cache.find("token9999") != nullptr);
}

TEST_CASE("claims survive encoding, whatever is in their texts", "[tokens]") {
  TokenClaims claims = claims_of("quote\" back\\slash \xe2\x82\xac");
  claims.vars = {{"a", "1"}, {"\"", "\n"}};

  const auto read = session::decode_claims(session::encode_claims(claims));

  REQUIRE(read.ok());
  CHECK(read->token_id == claims.token_id);
  CHECK(read->user_id == claims.user_id);
  CHECK(read->username == claims.username);
  CHECK(read->vars == claims.vars);
  CHECK(read->issued_s == 100);
  CHECK(read->expires_s == 200);
}

TEST_CASE("claims without user or expiry are no claims", "[tokens]") {
  CHECK_FALSE(session::decode_claims("").ok());
  CHECK_FALSE(session::decode_claims("[]").ok());
  CHECK_FALSE(session::decode_claims(R"({"uid":"x","exp":5})").ok());
  CHECK_FALSE(
      session::decode_claims(R"({"uid":"00000000-0000-0000-0000-000000000000","exp":5})").ok());
  CHECK_FALSE(session::decode_claims(R"({"uid":"0f2b4a66-0000-4000-8000-000000000000"})").ok());
  CHECK_FALSE(
      session::decode_claims(R"({"uid":"0f2b4a66-0000-4000-8000-000000000000","exp":"5"})").ok());
  CHECK(decode_claims(R"({"uid":"0f2b4a66-0000-4000-8000-000000000000","exp":5})").ok());
}

TEST_CASE("revocations are forgotten when no token can need them", "[tokens]") {
  Revocations revocations;
  const TokenClaims kept = claims_of("ann");
  revocations.add({revocation_id(TokenUse::session, kept.token_id), kept.user_id, 0, 10'000}, 0);

  for (std::int64_t now = 0; now < 5000; ++now) {
    revocations.add({"s:" + std::to_string(now), Uuid::make_random(), 0, now + 10}, now);
    REQUIRE(revocations.size() <= 1024);
  }

  CHECK(revocations.blocks(TokenUse::session, kept));
  CHECK_FALSE(revocations.blocks(TokenUse::refresh, kept));
}
