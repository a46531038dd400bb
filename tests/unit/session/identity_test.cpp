#include <set>

#include "identities.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

TEST_CASE("a device login creates the user once and gives tokens with the protocol's claims",
          "[identity]") {
  Identities world;
  auto credentials = device();
  credentials.vars = {{"tier", "gold"}};

  const auto first = world.login(credentials);
  const auto second = world.login(credentials, 3);

  REQUIRE(first.ok());
  CHECK(first->created);
  CHECK_FALSE(second->created);
  CHECK(world.store.account_count() == 1);
  const auto claims = payload_of(first->token);
  const auto refresh = payload_of(first->refresh_token);
  const std::int64_t now_s = world.clock.now_ms() / 1000;
  CHECK(claims["exp"] == now_s + 60);
  CHECK(refresh["exp"] == now_s + 3600);
  CHECK(claims["iat"] == now_s);
  CHECK(claims["tid"] == refresh["tid"]);
  CHECK(claims["vrs"]["tier"] == "gold");
  CHECK(claims["usn"].get<std::string>().size() == 10);
  CHECK(payload_of(second->token)["tid"] != claims["tid"]);
  CHECK_FALSE(payload_of(world.login(device())->token).contains("vrs"));
}

TEST_CASE("random user names are ten letters and differ", "[identity]") {
  Identities world;
  std::set<std::string> names;
  for (int i = 0; i < 50; ++i) {
    const auto tokens = world.login(device("device-number-" + std::to_string(i)));
    const auto name = payload_of(tokens->token)["usn"].get<std::string>();
    CHECK(name.size() == 10);
    for (const char c : name) CHECK(((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')));
    names.insert(name);
  }
  CHECK(names.size() == 50);
}

TEST_CASE("an unknown identity is not created when that is not wanted", "[identity]") {
  Identities world;
  auto credentials = device();
  credentials.create = false;

  CHECK(code(world.login(credentials)) == Errc::not_found);
  CHECK(world.store.account_count() == 0);
}

TEST_CASE("a name in use fails a creation but not a login", "[identity]") {
  Identities world;
  auto ann = device("device-of-ann");
  ann.username = "ann";
  auto bob = device("device-of-bob");
  bob.username = "ann";

  REQUIRE(world.login(ann).ok());
  const auto refused = world.login(bob);

  CHECK(code(refused) == Errc::already_exists);
  CHECK(refused.error().detail == "Username is already in use.");
  CHECK(world.login(ann).ok());
}

TEST_CASE("an e-mail account wants its password, in any case of the address", "[identity]") {
  Identities world;

  REQUIRE(world.login(email("Ann@Example.org", "secret-12")).ok());

  CHECK(world.login(email("ann@example.ORG", "secret-12")).ok());
  CHECK(code(world.login(email("ann@example.org", "secret-13"))) == Errc::unauthenticated);
  CHECK(code(world.login(email("ann@example.org", "short"))) == Errc::invalid_argument);
}

TEST_CASE("an e-mail login by name never creates and wants a password account", "[identity]") {
  Identities world;
  auto creation = email("ann@example.org", "secret-12");
  creation.username = "ann";
  REQUIRE(world.login(creation).ok());
  auto plain = device();
  plain.username = "bob";
  REQUIRE(world.login(plain).ok());

  const auto by_name = [&](std::string name, std::string password) {
    auto credentials = email("", std::move(password));
    credentials.username = std::move(name);
    return code(world.login(credentials));
  };

  CHECK(by_name("ann", "secret-12") == Errc::ok);
  CHECK(by_name("ann", "secret-13") == Errc::unauthenticated);
  CHECK(by_name("nobody", "secret-12") == Errc::not_found);
  CHECK(by_name("bob", "secret-12") == Errc::unauthenticated);
}

TEST_CASE("two creations of one identity at once make one user", "[identity]") {
  Identities world;
  std::vector<Result<SessionTokens>> answers;
  for (std::uint32_t shard = 0; shard < 4; ++shard) {
    world.post(shard, [&, shard] {
      world.layer->identity(shard).authenticate(
          device(), [&](Result<SessionTokens> tokens) { answers.push_back(std::move(tokens)); });
    });
  }

  world.run();

  REQUIRE(answers.size() == 4);
  int created = 0;
  for (const auto& answer : answers) created += answer.value().created ? 1 : 0;
  CHECK(created == 1);
  CHECK(world.store.account_count() == 1);
}

TEST_CASE("two e-mail creations at once: the second needs the first one's password", "[identity]") {
  Identities world;
  std::vector<Errc> codes;
  int created = 0;
  for (const char* password : {"secret-one", "secret-two"}) {
    world.post(0, [&, password] {
      world.layer->identity(0).authenticate(email("ann@example.org", password),
                                            [&](Result<SessionTokens> tokens) {
                                              codes.push_back(code(tokens));
                                              created += tokens.ok() && tokens->created ? 1 : 0;
                                            });
    });
  }
  REQUIRE(wait_for([&] {
    world.run();
    return codes.size() == 2;
  }));

  std::sort(codes.begin(), codes.end());
  CHECK(codes == std::vector<Errc>{Errc::ok, Errc::unauthenticated});
  CHECK(created == 1);
}

TEST_CASE("a banned user gets in by no way", "[identity]") {
  Identities world;
  const auto tokens = world.login(device());
  world.store.ban(world.claims(tokens->token).user_id, 1);

  CHECK(code(world.login(device())) == Errc::permission_denied);
  CHECK(code(world.refresh(tokens->refresh_token)) == Errc::permission_denied);
}

TEST_CASE("linking adds ways to log in, unlinking leaves at least one", "[identity]") {
  Identities world;
  const Uuid ann = world.claims(world.login(device("device-of-ann"))->token).user_id;
  const Uuid bob = world.claims(world.login(device("device-of-bob"))->token).user_id;
  const auto unlink = [&](const Uuid& user, Identity identity) {
    return code(world.await<Unit>(0, [&](Callback<Unit> answer) {
      world.layer->identity(0).unlink(user, identity, std::move(answer));
    }));
  };

  CHECK(world.link(ann, {IdentityKind::email, "Ann@example.org"}, "secret-12").ok());
  CHECK(world.link(ann, {IdentityKind::email, "ann@example.org"}, "secret-12").ok());
  CHECK(code(world.link(bob, {IdentityKind::email, "ann@example.org"}, "secret-12")) ==
        Errc::already_exists);
  CHECK(code(world.link(bob, {IdentityKind::email, "bob@example.org"}, "short")) ==
        Errc::invalid_argument);
  CHECK(code(world.link(bob, {IdentityKind::custom, "short"})) == Errc::invalid_argument);
  CHECK(world.claims(world.login(email("ann@example.org", "secret-12"))->token).user_id == ann);

  CHECK(unlink(ann, {IdentityKind::device, ""}) == Errc::invalid_argument);
  CHECK(unlink(ann, {IdentityKind::device, "device-of-bob"}) == Errc::permission_denied);
  CHECK(unlink(ann, {IdentityKind::device, "device-of-ann"}) == Errc::ok);
  CHECK(unlink(ann, {IdentityKind::email, "ANN@example.org"}) == Errc::permission_denied);
}

TEST_CASE("a name taken in an update is an invalid argument", "[identity]") {
  Identities world;
  auto ann = device("device-of-ann");
  ann.username = "ann";
  REQUIRE(world.login(ann).ok());
  const Uuid bob = world.claims(world.login(device("device-of-bob"))->token).user_id;
  AccountUpdate update;

  CHECK(code(world.update(bob, update)) == Errc::invalid_argument);
  update.username = "ann";
  CHECK(code(world.update(bob, update)) == Errc::invalid_argument);
  update.username = "bob";
  CHECK(world.update(bob, update).ok());
}

TEST_CASE("server and HTTP keys are compared as a whole", "[identity]") {
  Identities world;
  auto& identity = world.layer->identity(0);

  CHECK(identity.is_server_key("defaultkey"));
  CHECK_FALSE(identity.is_server_key("defaultke"));
  CHECK_FALSE(identity.is_server_key(""));
  CHECK_FALSE(identity.is_server_key("defaulthttpkey"));
  CHECK(identity.is_http_key("defaulthttpkey"));
}

TEST_CASE("a store that fails at any call fails the request and leaves all retryable",
          "[identity]") {
  for (int call = 1; call <= 8; ++call) {
    Identities world;
    const auto tokens = world.login(device());
    const auto caller = world.claims(tokens->token);
    world.store.fail_at(call);
    int failed = 0;
    const auto once_more = [&](auto ask) {
      auto result = ask();
      if (!result.ok()) {
        ++failed;
        CHECK(result.error().code == Errc::unavailable);
        result = ask();
      }
      CHECK(result.ok());
    };

    once_more([&] { return world.login(device("another-device")); });
    once_more([&] { return world.refresh(tokens->refresh_token); });
    once_more([&] { return world.login(email("ann@example.org", "secret-12")); });
    once_more([&] { return world.logout(caller, tokens->token, ""); });
    once_more([&] { return world.logout(caller, "", tokens->refresh_token); });

    CHECK(failed == (call <= 7 ? 1 : 0));
    CHECK_FALSE(world.is_good(tokens->token));
  }
}

TEST_CASE("password checks beyond the queue are refused, not delayed for ever", "[identity]") {
  auto options = quick_options();
  options.hash_threads = 0;  // the queue never gets shorter
  options.hash_queue_max = 3;
  Identities world(2, options);
  int refused = 0;

  world.at(0, [&] {
    for (int i = 0; i < 5; ++i) {
      world.layer->identity(0).authenticate(
          email("user" + std::to_string(i) + "@example.org", "secret-12"),
          [&](Result<SessionTokens> tokens) {
            CHECK(code(tokens) == Errc::resource_exhausted);
            ++refused;
          });
    }
  });

  CHECK(refused == 2);
}
