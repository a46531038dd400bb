#include <catch2/catch.hpp>

#include "unit/protocol/rest_fixture.hpp"

using namespace serai;
using namespace serai::testing;

namespace {

std::string authenticate(RestFixture& fixture,
                         const std::string& kind_and_query,
                         const std::string& body) {
  return fixture.text("POST", "/v2/account/authenticate/" + kind_and_query, body, kServerKey);
}

}  // namespace

TEST_CASE("a login by device passes on what the client gave", "[rest][account]") {
  RestFixture fixture;
  CHECK(authenticate(fixture,
                     "device?create=false&username=Ann%20B",
                     R"({"id":"device-0001","vars":{"lang":"de"}})") ==
        R"(200 {"created":true,"token":"token","refresh_token":"refresh"})");

  CHECK(fixture.identity.credentials.identity.kind == IdentityKind::device);
  CHECK(fixture.identity.credentials.identity.value == "device-0001");
  CHECK_FALSE(fixture.identity.credentials.create);
  CHECK(fixture.identity.credentials.username == "Ann B");
  CHECK(fixture.identity.credentials.vars == SessionVars{{"lang", "de"}});

  CHECK(authenticate(fixture, "custom", R"({"id":"custom"})").starts_with("200 "));
  CHECK(fixture.identity.credentials.create);
}

TEST_CASE("identities that cannot be are refused before anybody looks them up", "[rest][account]") {
  const std::string long_id(129, 'x');
  const std::string long_email = std::string(251, 'x') + "@y.zz";
  const std::pair<std::string, std::string> cases[] = {
      {"device", R"({})"},
      {"device", R"({"id":"short"})"},
      {"device", R"({"id":"device 0001"})"},
      {"device", "{\"id\":\"device\\u00010001\"}"},
      {"device", R"({"id":")" + long_id + "\"}"},
      {"device?username=" + long_id, R"({"id":"device-0001"})"},
      {"device?username=a%01b", R"({"id":"device-0001"})"},
      {"device?create=maybe", R"({"id":"device-0001"})"},
      {"device?create=", R"({"id":"device-0001"})"},
      {"device?create=true&create=true", R"({"id":"device-0001"})"},
      {"custom", R"({"id":"five5"})"},
      {"email", R"({"password":"12345678"})"},
      {"email", R"({"email":"ann@example.org"})"},
      {"email", R"({"email":"ann@example.org","password":"1234567"})"},
      {"email", R"({"email":"ann.example.org","password":"12345678"})"},
      {"email", R"({"email":"a@example","password":"12345678"})"},
      {"email", R"({"email":"a@b.c","password":"12345678"})"},
      {"email", R"({"email":"ann b@example.org","password":"12345678"})"},
      {"email", R"({"email":")" + long_email + R"(","password":"12345678"})"},
  };
  for (const auto& [kind, body] : cases) {
    RestFixture fixture;
    CAPTURE(kind, body);
    CHECK(authenticate(fixture, kind, body).starts_with("400 {\"code\":3,"));
    CHECK(fixture.identity.calls.empty());
  }
}

TEST_CASE("an e-mail login may be by address or by name", "[rest][account]") {
  RestFixture fixture;
  CHECK(authenticate(fixture, "email", R"({"email":"Ann@Example.ORG","password":"12345678"})")
            .starts_with("200 "));
  CHECK(fixture.identity.credentials.identity.value == "ann@example.org");
  CHECK(authenticate(fixture, "email?username=ann", R"({"password":"12345678"})")
            .starts_with("200 "));
  CHECK(fixture.identity.credentials.identity.value.empty());
  CHECK_FALSE(fixture.identity.credentials.create);
}

TEST_CASE("a refresh needs a token, a logout may go without", "[rest][account]") {
  RestFixture fixture;
  const std::string path = "/v2/account/session/refresh";
  CHECK(fixture.text("POST", path, "{}", kServerKey).starts_with("400 "));
  CHECK(fixture.text("POST", path, R"({"token":"r","vars":{"a":"b"}})", kServerKey) ==
        R"(200 {"token":"token2","refresh_token":"refresh2"})");
  CHECK(fixture.identity.vars == SessionVars{{"a", "b"}});
  CHECK(fixture.text("POST", "/v2/session/logout") == "200 {}");
  CHECK(fixture.text("POST", "/v2/session/logout", R"({"token":"t","refreshToken":"r"})") ==
        "200 {}");
  CHECK(fixture.identity.calls.back() == "logout t,r");
}

TEST_CASE("an account shows what is set", "[rest][account]") {
  RestFixture fixture;
  Account& account = fixture.identity.account;
  account.user.id = fixture.user;
  account.user.username = "ann";
  account.user.create_s = account.user.update_s = 1'714'557'600;
  account.devices = {"device-0001"};
  account.email = "ann@example.org";
  const std::string id = fixture.user.text();
  fixture.ledger.balances["player:" + id] = 1'000;
  CHECK(
      fixture.text("GET", "/v2/account") ==
      R"(200 {"user":{"id":")" + id +
          R"(","username":"ann","lang_tag":"en","metadata":"{}",)"
          R"("create_time":"2024-05-01T10:00:00Z","update_time":"2024-05-01T10:00:00Z"},)"
          R"("wallet":"{\"gold\":1000}","email":"ann@example.org","devices":[{"id":"device-0001"}]})");
  fixture.sessions.online.insert(fixture.user);
  account.disable_s = 1'714'557'600;
  const auto body = fixture.text("GET", "/v2/account");
  CHECK(body.find(R"("online":true)") != std::string::npos);
  CHECK(body.find(R"("disable_time":"2024-05-01T10:00:00Z")") != std::string::npos);
}

TEST_CASE("an update changes the named fields only", "[rest][account]") {
  RestFixture fixture;
  CHECK(fixture.text("PUT", "/v2/account", R"({"displayName":"Ann","location":""})") == "200 {}");
  CHECK(fixture.identity.update.display_name == "Ann");
  CHECK(fixture.identity.update.location == "");
  CHECK_FALSE(fixture.identity.update.username);
  CHECK(fixture.identity.update.now_s == fixture.clock.now_ms() / 1000);

  for (const std::string& body : {std::string("{}"),
                                  std::string(R"({"username":null})"),
                                  std::string(R"({"username":""})"),
                                  R"({"username":")" + std::string(129, 'x') + "\"}",
                                  std::string(R"({"lang_tag":""})"),
                                  R"({"lang_tag":")" + std::string(19, 'x') + "\"}",
                                  R"({"avatar_url":")" + std::string(513, 'x') + "\"}"}) {
    CAPTURE(body);
    CHECK(fixture.text("PUT", "/v2/account", body).starts_with("400 {\"code\":3,"));
  }
  std::string wide;
  for (int i = 0; i < 255; ++i) wide += "é";
  CHECK(fixture.text("PUT", "/v2/account", R"({"location":")" + wide + "\"}") == "200 {}");

  fixture.identity.fail = Error{Errc::already_exists, "Username is already in use"};
  CHECK(fixture.text("PUT", "/v2/account", R"({"username":"bob"})") ==
        R"(400 {"code":3,"message":"Username is already in use"})");
}

TEST_CASE("users are found by ids and names, each once", "[rest][account]") {
  RestFixture fixture;
  CHECK(fixture.text("GET", "/v2/user") == "200 {}");
  CHECK(fixture.text("GET", "/v2/user?ids=nonsense").starts_with("400 "));
  CHECK(fixture.identity.calls.empty());

  const std::string id = fixture.user.text();
  User user;
  user.id = fixture.user;
  fixture.identity.users = {user, user};
  const auto body =
      fixture.text("GET", "/v2/user?ids=" + id + "&ids=" + id + "&usernames=a&usernames=b");
  CHECK(fixture.identity.asked_ids == std::vector<Uuid>{fixture.user});
  CHECK(fixture.identity.asked_names == std::vector<std::string>{"a", "b"});
  CHECK(body.find(id) == body.rfind(id));
}

TEST_CASE("links are checked like logins, unlinks take what is linked", "[rest][account]") {
  RestFixture fixture;
  CHECK(fixture.text("POST", "/v2/account/link/device", R"({"id":"short"})").starts_with("400 "));
  CHECK(fixture.text("POST", "/v2/account/link/device", R"({"id":"device-0002"})") == "200 {}");
  CHECK(fixture.identity.identity.value == "device-0002");
  CHECK(fixture.text("POST",
                     "/v2/account/link/email",
                     R"({"email":"Ann@example.org","password":"12345678"})") == "200 {}");
  CHECK(fixture.identity.identity.value == "ann@example.org");
  CHECK(fixture.text("POST", "/v2/account/unlink/device", "{}").starts_with("400 "));
  CHECK(fixture.text("POST", "/v2/account/unlink/email", "{}") == "200 {}");
  CHECK(fixture.text("POST", "/v2/account/unlink/custom", "") == "200 {}");
  fixture.identity.fail = Error{Errc::permission_denied, "Cannot unlink the last identity"};
  CHECK(fixture.text("POST", "/v2/account/unlink/custom", "").starts_with("403 {\"code\":7,"));
}

TEST_CASE("an account can be deleted by its user", "[rest][account]") {
  RestFixture fixture;
  CHECK(fixture.text("DELETE", "/v2/account") == "200 {}");
  CHECK(fixture.identity.calls == std::vector<std::string>{"delete_account"});
}
