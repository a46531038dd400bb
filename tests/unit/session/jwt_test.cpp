#include "session/jwt.hpp"

#include <catch2/catch.hpp>

#include "base/base64.hpp"

using namespace serai;
using namespace serai::session;

namespace {

// RFC 7515, appendix A.1.
constexpr std::string_view kRfcKey =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
constexpr std::string_view kRfcToken =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    "."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

// The well-known introductory token.
constexpr std::string_view kIntroToken =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
constexpr std::string_view kIntroPayload =
    R"({"sub":"1234567890","name":"John Doe","iat":1516239022})";

}  // namespace

TEST_CASE("the token of RFC 7515 A.1 opens with its key", "[jwt]") {
  Jwt jwt(decode_base64(kRfcKey).value());

  const auto payload = jwt.open(kRfcToken);

  REQUIRE(payload.ok());
  CHECK(*payload ==
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
}

TEST_CASE("the introductory HS256 token is signed and opened byte for byte", "[jwt]") {
  Jwt jwt("your-256-bit-secret");

  CHECK(jwt.sign(kIntroPayload) == kIntroToken);
  REQUIRE(jwt.open(kIntroToken).ok());
  CHECK(*jwt.open(kIntroToken) == kIntroPayload);
}

TEST_CASE("a token changed at any byte does not open", "[jwt]") {
  Jwt jwt("secret");
  const std::string token = jwt.sign(kIntroPayload);

  for (std::size_t i = 0; i < token.size(); ++i) {
    for (const int flip : {1, 2, 32, 128}) {
      std::string changed = token;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      const auto opened = jwt.open(changed);
      INFO("byte " << i << " flipped by " << flip);
      REQUIRE_FALSE(opened.ok());
      CHECK(opened.error().code == Errc::unauthenticated);
    }
    CHECK_FALSE(jwt.open(token.substr(0, i)).ok());
    CHECK_FALSE(jwt.open(token.substr(0, i) + token.substr(i + 1)).ok());
  }
  CHECK_FALSE(jwt.open(token + "A").ok());
  CHECK_FALSE(jwt.open(token + ".").ok());
  CHECK(jwt.open(token).ok());
}

TEST_CASE("another key, another algorithm and no signature are refused", "[jwt]") {
  Jwt jwt("secret");
  Jwt other("Secret");

  CHECK_FALSE(other.open(jwt.sign("{}")).ok());
  CHECK_FALSE(jwt.open("").ok());
  CHECK_FALSE(jwt.open("..").ok());
  CHECK_FALSE(jwt.open("a.b").ok());
  // {"alg":"none"} and {}
  CHECK_FALSE(jwt.open("eyJhbGciOiJub25lIn0.e30.").ok());
}
