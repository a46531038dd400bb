#include <catch2/catch.hpp>

#include "unit/protocol/rest_fixture.hpp"

using namespace serai;
using namespace serai::protocol;
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

TEST_CASE("a login whose query cannot be read goes no further", "[rest][account]") {
  for (const char* query : {"create=maybe", "create=", "create=true&create=true"}) {
    RestFixture fixture;
    CAPTURE(query);
    CHECK(authenticate(fixture, std::string("device?") + query, R"({"id":"device-0001"})")
              .starts_with("400 {\"code\":3,"));
    CHECK(fixture.identity.calls.empty());
  }
}

TEST_CASE("what identity refuses is shown to the client", "[rest][account]") {
  RestFixture fixture;
  fixture.identity.fail = Error{Errc::invalid_argument, "device ID is required"};
  const std::string refused = R"(400 {"code":3,"message":"device ID is required"})";
  CHECK(authenticate(fixture, "device", "{}") == refused);
  CHECK(fixture.text("POST", "/v2/account/session/refresh", "{}", kServerKey) == refused);
  CHECK(fixture.text("PUT", "/v2/account", "{}") == refused);
  CHECK(fixture.text("POST", "/v2/account/link/device", "{}") == refused);
  CHECK(fixture.text("POST", "/v2/account/unlink/device", "{}") == refused);
}

TEST_CASE("an e-mail login may be by address or by name", "[rest][account]") {
  RestFixture fixture;
  CHECK(authenticate(fixture, "email", R"({"email":"Ann@Example.ORG","password":"12345678"})")
            .starts_with("200 "));
  CHECK(fixture.identity.credentials.identity.value == "Ann@Example.ORG");
  CHECK(authenticate(fixture, "email?username=ann", R"({"password":"12345678"})")
            .starts_with("200 "));
  CHECK(fixture.identity.credentials.identity.value.empty());
  CHECK(fixture.identity.credentials.username == "ann");
}

TEST_CASE("a refresh and a logout pass on their tokens, a logout may go without",
          "[rest][account]") {
  RestFixture fixture;
  const std::string path = "/v2/account/session/refresh";
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

TEST_CASE("the wallet has the balance of each purse", "[rest][account]") {
  RestFixture fixture;
  const std::string id = fixture.user.text();
  fixture.identity.account.user.id = fixture.user;
  fixture.game.all_purses.push_back({"gems", "gems:"});
  fixture.ledger.balances["player:" + id] = 1'000;
  fixture.ledger.balances["gems:" + id] = 7;
  const auto body = fixture.text("GET", "/v2/account");
  CHECK(body.find(R"("wallet":"{\"gold\":1000,\"gems\":7}")") != std::string::npos);
}

TEST_CASE("an update changes the named fields only", "[rest][account]") {
  RestFixture fixture;
  CHECK(fixture.text("PUT", "/v2/account", R"({"displayName":"Ann","location":""})") == "200 {}");
  CHECK(fixture.identity.update.display_name == "Ann");
  CHECK(fixture.identity.update.location == "");
  CHECK_FALSE(fixture.identity.update.username);
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

TEST_CASE("links and unlinks pass on what the client gave", "[rest][account]") {
  RestFixture fixture;
  CHECK(fixture.text("POST", "/v2/account/link/device", R"({"id":"device-0002"})") == "200 {}");
  CHECK(fixture.identity.identity.value == "device-0002");
  CHECK(fixture.text("POST",
                     "/v2/account/link/email",
                     R"({"email":"Ann@example.org","password":"12345678"})") == "200 {}");
  CHECK(fixture.identity.identity.value == "Ann@example.org");
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
