#include <algorithm>
#include <random>

#include "identities.hpp"
#include "session/tokens.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

TEST_CASE("a session token ends with its time, remembered or not", "[identity]") {
  Identities world;
  const auto tokens = world.login(device());
  REQUIRE(world.is_good(tokens->token));

  world.clock.advance_ms(59'999);
  CHECK(world.is_good(tokens->token));
  world.clock.advance_ms(1);
  CHECK_FALSE(world.is_good(tokens->token));
}

TEST_CASE("a refresh token is no session token, and the reverse", "[identity]") {
  Identities world;
  const auto tokens = world.login(device());

  CHECK_FALSE(world.is_good(tokens->refresh_token));
  CHECK(code(world.refresh(tokens->token)) == Errc::unauthenticated);
  CHECK(code(world.refresh("")) == Errc::invalid_argument);
  CHECK(code(world.refresh("junk")) == Errc::unauthenticated);
}

TEST_CASE("a refresh carries id, issue time and variables over and reads the name afresh",
          "[identity]") {
  Identities world;
  auto credentials = device();
  credentials.vars = {{"tier", "gold"}};
  const auto tokens = world.login(credentials);
  const auto before = payload_of(tokens->token);
  AccountUpdate rename;
  rename.username = "renamed";
  REQUIRE(world.update(world.claims(tokens->token).user_id, rename).ok());
  world.clock.advance_ms(100'000);

  const auto kept = world.refresh(tokens->refresh_token);
  const auto replaced = world.refresh(tokens->refresh_token, {{"tier", "lead"}});

  REQUIRE(kept.ok());
  const auto after = payload_of(kept->token);
  CHECK(after["tid"] == before["tid"]);
  CHECK(after["iat"] == before["iat"]);
  CHECK(after["usn"] == "renamed");
  CHECK(after["vrs"]["tier"] == "gold");
  CHECK(after["exp"].get<std::int64_t>() == before["exp"].get<std::int64_t>() + 100);
  CHECK(payload_of(replaced->token)["vrs"]["tier"] == "lead");
}

TEST_CASE("logging a session token out kills its family's session tokens, later ones too",
          "[identity]") {
  Identities world;
  const auto tokens = world.login(device());
  const auto others = world.login(device());
  const auto caller = world.claims(tokens->token);

  REQUIRE(world.logout(caller, tokens->token, "").ok());

  CHECK_FALSE(world.is_good(tokens->token));
  CHECK(world.is_good(others->token));
  const auto renewed = world.refresh(tokens->refresh_token);
  REQUIRE(renewed.ok());
  CHECK_FALSE(world.is_good(renewed->token));
}

TEST_CASE("a blocked family stays blocked however long it is refreshed", "[identity]") {
  Identities world;
  auto tokens = world.login(device());
  REQUIRE(world.logout(world.claims(tokens->token), tokens->token, "").ok());

  for (int i = 0; i < 10; ++i) {
    world.clock.advance_ms(3'000'000);
    tokens = world.refresh(tokens->refresh_token);
    REQUIRE(tokens.ok());
    world.restart();
    REQUIRE_FALSE(world.is_good(tokens->token));
  }
}

TEST_CASE("logging a refresh token out leaves the session token alone", "[identity]") {
  Identities world;
  const auto tokens = world.login(device());

  REQUIRE(world.logout(world.claims(tokens->token), "", tokens->refresh_token).ok());

  CHECK(world.is_good(tokens->token));
  CHECK(code(world.refresh(tokens->refresh_token)) == Errc::unauthenticated);
}

TEST_CASE("logging out with neither token ends all issued so far, not those after", "[identity]") {
  Identities world;
  const auto first = world.login(device());
  const auto second = world.login(device());

  REQUIRE(world.logout(world.claims(first->token), "", "").ok());
  const auto third = world.login(device());

  CHECK_FALSE(world.is_good(first->token));
  CHECK_FALSE(world.is_good(second->token));
  CHECK(code(world.refresh(second->refresh_token)) == Errc::unauthenticated);
  CHECK(world.is_good(third->token));

  REQUIRE(world.logout(world.claims(third->token), "", "").ok());
  CHECK_FALSE(world.is_good(third->token));
}

TEST_CASE("logout refuses tokens that are not the caller's or no longer good", "[identity]") {
  Identities world;
  const auto ann = world.login(device("device-of-ann"));
  const auto bob = world.login(device("device-of-bob"));
  const auto caller = world.claims(ann->token);

  CHECK(code(world.logout(caller, bob->token, "")) == Errc::invalid_argument);
  CHECK(code(world.logout(caller, "junk", "")) == Errc::invalid_argument);
  CHECK(code(world.logout(caller, ann->token, bob->refresh_token)) == Errc::invalid_argument);
  CHECK(world.is_good(ann->token));

  REQUIRE(world.logout(caller, ann->token, ann->refresh_token).ok());
  CHECK(code(world.logout(caller, ann->token, "")) == Errc::invalid_argument);
}

TEST_CASE("a logout outlives the host", "[identity]") {
  Identities world;
  const auto tokens = world.login(device());
  const auto others = world.login(device());
  REQUIRE(world.logout(world.claims(tokens->token), tokens->token, tokens->refresh_token).ok());

  world.restart();

  CHECK_FALSE(world.is_good(tokens->token));
  CHECK(code(world.refresh(tokens->refresh_token)) == Errc::unauthenticated);
  CHECK(world.is_good(others->token));
}

TEST_CASE("with single_session a login ends the earlier ones", "[identity]") {
  auto options = quick_options();
  options.single_session = true;
  Identities world(4, options);

  const auto first = world.login(device());
  const auto second = world.login(device());

  CHECK_FALSE(world.is_good(first->token));
  CHECK(world.is_good(second->token));
}

namespace {

// A socket opened with this token, on shard 3.
Client& open_with(Identities& world, const std::string& token) {
  const TokenClaims claims = world.claims(token);
  return world.open_by(3, claims.user_id, {false, claims.token_id, claims.issued_s});
}

}  // namespace

TEST_CASE("a logout ends the sockets of its login, those of refreshed tokens included",
          "[identity]") {
  Identities world;
  const auto phone = world.login(device());
  world.clock.advance_ms(1'000);
  const auto tablet = world.login(device());
  Client& on_phone = open_with(world, phone->token);
  Client& refreshed = open_with(world, world.refresh(phone->refresh_token)->token);
  Client& on_tablet = open_with(world, tablet->token);
  const TokenClaims caller = world.claims(phone->token);

  REQUIRE(world.logout(caller, "", phone->refresh_token));
  world.run();
  CHECK_FALSE(on_phone.socket.is_closed);  // the session goes on until its token ends

  REQUIRE(world.logout(caller, phone->token, ""));
  world.run();
  CHECK(on_phone.socket.close_reason == "logged out");
  CHECK(refreshed.socket.is_closed);
  CHECK_FALSE(on_tablet.socket.is_closed);

  REQUIRE(world.logout(world.claims(tablet->token), "", ""));  // everywhere
  world.run();
  CHECK(on_tablet.socket.is_closed);
}

TEST_CASE("a socket that opens while its login ends is closed", "[identity]") {
  Identities world;
  const auto tokens = world.login(device());
  const TokenClaims claims = world.claims(tokens->token);
  REQUIRE(world.logout(claims, tokens->token, ""));

  Client& late = world.open_by(3, claims.user_id, {true, claims.token_id, claims.issued_s});

  CHECK(late.socket.close_reason == "logged out");
  CHECK(late.socket.received.empty());
}

TEST_CASE("deleting an account ends its tokens and its sockets", "[identity]") {
  Identities world;
  const auto tokens = world.login(device());
  const Uuid user = world.claims(tokens->token).user_id;
  Client& client = world.open(2, user);

  const auto deleted = world.await<Unit>(0, [&](Callback<Unit> answer) {
    world.layer->identity(0).delete_account(user, std::move(answer));
  });
  world.run();

  CHECK(deleted.ok());
  CHECK_FALSE(world.is_good(tokens->token));
  CHECK(client.socket.is_closed);
  CHECK(world.layer->sessions(0).count() == 0);
  CHECK(world.login(device())->created);
}

TEST_CASE("a login that waits for its password's check does not outlive the account",
          "[identity]") {
  auto options = quick_options();
  options.scrypt_log_n = 14;  // long enough for the rest of the test
  Identities world(4, options);
  const auto first = world.login(email("ann@example.com", "password-1"));
  const Uuid user = world.claims(first->token).user_id;
  std::optional<Result<SessionTokens>> late;
  Credentials again = email("ann@example.com", "password-1");
  again.create = false;
  world.post(0, [&] {
    world.layer->identity(0).authenticate(again, [&](auto tokens) { late = std::move(tokens); });
  });
  world.run();  // the account is found, and its password is being checked
  REQUIRE_FALSE(late);

  REQUIRE(world.await<Unit>(1, [&](Callback<Unit> answer) {
    world.layer->identity(1).delete_account(user, std::move(answer));
  }));
  REQUIRE_FALSE(late);
  REQUIRE(wait_for([&] {
    world.run();
    return late.has_value();
  }));

  CHECK(late->error().code == Errc::not_found);
}

TEST_CASE("a login whose account was read before it was deleted gets no token", "[identity]") {
  Identities world;
  const auto first = world.login(device());
  const Uuid user = world.claims(first->token).user_id;
  std::optional<Result<SessionTokens>> late;
  Credentials again = device();
  again.create = false;
  world.store.hold_next_find();
  world.post(0, [&] {
    world.layer->identity(0).authenticate(again, [&](auto tokens) { late = std::move(tokens); });
  });
  world.run();
  REQUIRE_FALSE(late);

  REQUIRE(world.await<Unit>(1, [&](Callback<Unit> answer) {
    world.layer->identity(1).delete_account(user, std::move(answer));
  }));
  world.run();
  world.store.give_found();
  world.run();

  REQUIRE(late);
  REQUIRE_FALSE(*late);
  CHECK(late->error().code == Errc::not_found);
}

namespace {

// A text of up to 32 Unicode characters without control characters. Characters at the limits of
// Base64 alphabets, UTF-16 and quoting are more frequent.
std::string random_text(std::mt19937_64& random) {
  static constexpr std::string_view kEdges[] = {">",
                                                "?",
                                                "~",
                                                "\"",
                                                "\\",
                                                "/",
                                                "+",
                                                " ",
                                                "a",
                                                "é",
                                                "ß",
                                                "阐",
                                                "槏",
                                                "\uffff",
                                                "😀",
                                                "\U0010ffff"};
  std::string text;
  for (std::size_t left = 1 + random() % 32; left > 0; --left) {
    text += kEdges[random() % std::size(kEdges)];
  }
  return text;
}

// Decodes the claims as a client does, with the standard Base64 alphabet.
std::string read_by_client(const std::string& token) {
  const std::size_t first = token.find('.') + 1;
  const std::string claims = token.substr(first, token.rfind('.') - first);
  REQUIRE(claims.find_first_of("-_") == std::string::npos);
  std::string text = *decode_base64(claims);
  REQUIRE(std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
  return text;
}

}  // namespace

TEST_CASE("the claims of every token are ASCII, and the same in both alphabets of Base64",
          "[identity]") {
  std::mt19937_64 random(20'000);
  session::Tokens tokens(quick_options());
  for (int i = 0; i < 20'000; ++i) {
    TokenClaims claims;
    claims.token_id = Uuid::make_random().text();
    claims.user_id = Uuid::make_random();
    claims.username = random_text(random);
    claims.issued_s = static_cast<std::int64_t>(random() % 10'000'000'000);
    claims.vars = {{random_text(random), random_text(random)}, {"\x01\x1f\x7f", "\x7f\n"}};

    const SessionTokens issued = tokens.issue(claims, 1'000'000);

    for (const std::string& token : {issued.token, issued.refresh_token}) {
      const auto seen = nlohmann::json::parse(read_by_client(token));
      REQUIRE(seen["usn"] == claims.username);
      REQUIRE(seen["vrs"].get<SessionVars>() == claims.vars);
    }
    REQUIRE(tokens.open_session(issued.token, 1'000'000)->username == claims.username);
  }
}

TEST_CASE("variables too large for a request are refused at login and refresh, and make nothing",
          "[identity]") {
  Identities world;
  auto credentials = device();
  credentials.username = std::string(128, '~');
  credentials.vars = {{"padding", std::string(3'800, 'x')}};
  REQUIRE(code(world.login(credentials)) == Errc::invalid_argument);

  std::size_t fits = 0;  // bytes of the longest variable that is not refused
  for (std::size_t step = 2'048; step > 0; step /= 2) {
    credentials.vars["padding"].assign(fits + step, 'x');
    if (world.login(credentials).ok()) fits += step;
  }
  credentials.vars["padding"].assign(fits, 'x');
  const auto tokens = world.login(credentials);
  REQUIRE(tokens.ok());
  CHECK(fits > 1'000);
  CHECK(tokens->token.size() <= quick_options().token_bytes_max);
  CHECK(tokens->token.size() + 4 > quick_options().token_bytes_max);
  CHECK(code(world.refresh(tokens->refresh_token, {{"padding", std::string(fits + 1, 'x')}})) ==
        Errc::invalid_argument);
  const auto renewed = world.refresh(tokens->refresh_token);
  REQUIRE(renewed.ok());
  CHECK(renewed->token.size() <= quick_options().token_bytes_max);
}
