#include "session/validation.hpp"

#include <catch2/catch.hpp>

using namespace serai;
using namespace serai::session;

namespace {

Errc identity_code(IdentityKind kind, std::string value) {
  Identity identity{kind, std::move(value)};
  const auto checked = session::check_identity(identity);
  return checked.ok() ? Errc::ok : checked.error().code;
}

Errc device(std::string value) { return identity_code(IdentityKind::device, std::move(value)); }
Errc custom(std::string value) { return identity_code(IdentityKind::custom, std::move(value)); }
Errc email(std::string value) { return identity_code(IdentityKind::email, std::move(value)); }

constexpr Errc kBad = Errc::invalid_argument;

}  // namespace

TEST_CASE("ids must have the length and letters the protocol says", "[validation]") {
  CHECK(device(std::string(9, 'a')) == kBad);
  CHECK(device(std::string(10, 'a')) == Errc::ok);
  CHECK(device(std::string(128, 'a')) == Errc::ok);
  CHECK(device(std::string(129, 'a')) == kBad);
  CHECK(custom(std::string(5, 'a')) == kBad);
  CHECK(custom(std::string(6, 'a')) == Errc::ok);
  CHECK(custom("") == kBad);
  CHECK(device("ten letter s") == kBad);
  CHECK(device("0123456789\t") == kBad);
  CHECK(device(std::string("0123456789\0x", 12)) == kBad);
  CHECK(device("0123456789\xff") == kBad);
}

TEST_CASE("an e-mail address has a shape and is kept in lower case", "[validation]") {
  Identity identity{IdentityKind::email, "Ann.Smith@Example.ORG"};

  REQUIRE(session::check_identity(identity).ok());

  CHECK(identity.value == "ann.smith@example.org");
  for (const char* bad : {"",
                          "a@b.c",
                          "no-at-sign.example",
                          "@example.org.net",
                          "ann@example",
                          "ann@home@example.org",
                          "ann@.example-x",
                          "ann@example.",
                          "an n@example.org"}) {
    INFO(bad);
    CHECK(email(bad) == kBad);
  }
  CHECK(email("a@" + std::string(250, 'b') + ".cd") == Errc::ok);
  CHECK(email("a@" + std::string(251, 'b') + ".cd") == kBad);
}

TEST_CASE("user names may have blanks but no control characters", "[validation]") {
  CHECK(session::check_username("Ann of Cleves").ok());
  CHECK(session::check_username("安").ok());
  CHECK(session::check_username(std::string(128, 'x')).ok());
  CHECK_FALSE(session::check_username(std::string(129, 'x')).ok());
  CHECK_FALSE(session::check_username("").ok());
  CHECK_FALSE(check_username("line\nfeed").ok());
  CHECK_FALSE(check_username("\xc3").ok());
}

TEST_CASE("a refusal says which value is wrong and what it may be", "[validation]") {
  const auto text = [](IdentityKind kind, std::string value) {
    Identity identity{kind, std::move(value)};
    return check_identity(identity).error().detail;
  };
  CHECK(text(IdentityKind::device, "") == "device ID is required");
  CHECK(text(IdentityKind::device, "short") == "Invalid device ID, must be 10-128 bytes");
  CHECK(text(IdentityKind::custom, "a b c d") ==
        "Invalid custom ID, no spaces or control characters allowed");
  CHECK(text(IdentityKind::email, "") == "Invalid email address format");
  CHECK(text(IdentityKind::email, "a@b.c") == "Invalid email address, must be 10-255 bytes");
  CHECK(check_username("").error().detail == "Username invalid, must be 1-128 bytes");
}

TEST_CASE("e-mail logins need an address or a name, and a password of eight", "[validation]") {
  const auto judge = [](std::string address, std::string name, std::string password) {
    Credentials credentials;
    credentials.identity = {IdentityKind::email, std::move(address)};
    credentials.username = std::move(name);
    credentials.password = std::move(password);
    return check_credentials(credentials).ok();
  };
  CHECK(judge("ann@example.org", "", "12345678"));
  CHECK(judge("", "ann", "12345678"));
  CHECK_FALSE(judge("", "", "12345678"));
  CHECK_FALSE(judge("ann@example.org", "", "1234567"));
  CHECK_FALSE(judge("ann@example.org", "", ""));
}

TEST_CASE("a profile update names fields that fit", "[validation]") {
  AccountUpdate update;
  CHECK_FALSE(check_update(update).ok());
  update.display_name = "";
  CHECK(check_update(update).ok());
  update.display_name = std::string(256, 'x');
  CHECK_FALSE(check_update(update).ok());
  std::string wide;
  for (int i = 0; i < 255; ++i) wide += "é";
  update.display_name = wide;  // characters count, not bytes
  CHECK(check_update(update).ok());
  update.display_name.reset();
  update.lang_tag = "";
  CHECK_FALSE(check_update(update).ok());
  update.lang_tag = "de";
  CHECK(check_update(update).ok());
  update.username = "";
  CHECK_FALSE(check_update(update).ok());
}
