// Contract of the Store port: accounts, revoked tokens, notifications.
#include <catch2/catch.hpp>

#include "contract/store_world.hpp"

using namespace serai;
using namespace serai::testing;

namespace {

Result<FoundAccount> create(StoreWorld& world, NewAccount account) {
  return world.ask<FoundAccount>([&](Store& s, Executor& e, auto answer) {
    s.create_account(std::move(account), e, std::move(answer));
  });
}
Result<FoundAccount> find(StoreWorld& world, Identity identity) {
  return world.ask<FoundAccount>([&](Store& s, Executor& e, auto answer) {
    s.find_account(std::move(identity), e, std::move(answer));
  });
}
Result<Account> get(StoreWorld& world, const Uuid& id) {
  return world.ask<Account>(
      [&](Store& s, Executor& e, auto answer) { s.get_account(id, e, std::move(answer)); });
}
Result<> update(StoreWorld& world, const Uuid& id, AccountUpdate change) {
  return world.ask<Unit>([&](Store& s, Executor& e, auto answer) {
    s.update_account(id, std::move(change), e, std::move(answer));
  });
}
AccountUpdate rename(std::optional<std::string> username,
                     std::optional<std::string> display_name,
                     std::int64_t now_s) {
  AccountUpdate change;
  change.username = std::move(username);
  change.display_name = std::move(display_name);
  change.now_s = now_s;
  return change;
}
Result<> link(StoreWorld& world, const Uuid& id, Identity identity, std::string hash = "") {
  return world.ask<Unit>([&](Store& s, Executor& e, auto answer) {
    s.link(id, std::move(identity), std::move(hash), e, std::move(answer));
  });
}
Result<> unlink(StoreWorld& world, const Uuid& id, Identity identity) {
  return world.ask<Unit>([&](Store& s, Executor& e, auto answer) {
    s.unlink(id, std::move(identity), e, std::move(answer));
  });
}
NotificationPage notes(StoreWorld& world,
                       const Uuid& user,
                       std::uint32_t limit,
                       std::string cursor) {
  return *world.ask<NotificationPage>([&](Store& s, Executor& e, auto answer) {
    s.list_notifications(user, limit, std::move(cursor), e, std::move(answer));
  });
}

const Identity kDevice{IdentityKind::device, "device-0001"};

}  // namespace

TEST_CASE("an account is found by its identity and its name", "[contract][accounts]") {
  auto world = each_store();
  const FoundAccount ann = world->create_device("device-0001", "ann");

  CHECK(ann.created);
  CHECK(find(*world, kDevice)->id == ann.id);
  CHECK(world
            ->ask<FoundAccount>([](Store& s, Executor& e, auto answer) {
              s.find_account_by_name("ann", e, std::move(answer));
            })
            ->id == ann.id);
  CHECK(find(*world, {IdentityKind::custom, "device-0001"}).error().code == Errc::not_found);
  const auto account = get(*world, ann.id);
  REQUIRE(account.ok());
  CHECK(account->user.username == "ann");
  CHECK(account->user.lang_tag == "en");
  CHECK(account->user.create_s == 100);
  CHECK(account->devices == std::vector<std::string>{"device-0001"});
}

TEST_CASE("creating an identity that exists gives its account", "[contract][accounts]") {
  auto world = each_store();
  const FoundAccount ann = world->create_device("device-0001", "ann");

  const FoundAccount again = world->create_device("device-0001", "other");

  CHECK_FALSE(again.created);
  CHECK(again.id == ann.id);
  CHECK(again.username == "ann");
}

TEST_CASE("user names are unique, letter by letter", "[contract][accounts]") {
  auto world = each_store();
  world->create_device("device-0001", "ann");

  const auto taken = create(*world, {{IdentityKind::device, "device-0002"}, "ann", "", 1});

  CHECK(taken.error().code == Errc::already_exists);
  CHECK(find(*world, {IdentityKind::device, "device-0002"}).error().code == Errc::not_found);
  CHECK(world->create_device("device-0002", "Ann").created);
}

TEST_CASE("an update changes what is named, and the time only with a change",
          "[contract][accounts]") {
  auto world = each_store();
  const Uuid ann = world->create_device("device-0001", "ann").id;
  world->create_device("device-0002", "bob");

  REQUIRE(update(*world, ann, rename({}, "Ann", 200)));
  REQUIRE(update(*world, ann, rename({}, "Ann", 300)));
  CHECK(update(*world, ann, rename("bob", {}, 400)).error().code == Errc::already_exists);
  CHECK(update(*world, Uuid::make_random(), rename({}, {}, 1)).error().code == Errc::not_found);

  const auto account = get(*world, ann);
  CHECK(account->user.display_name == "Ann");
  CHECK(account->user.username == "ann");
  CHECK(account->user.update_s == 200);
}

TEST_CASE("linked identities lead to one account and belong to it alone", "[contract][accounts]") {
  auto world = each_store();
  const Uuid ann = world->create_device("device-0001", "ann").id;
  const Uuid bob = world->create_device("device-0002", "bob").id;

  REQUIRE(link(*world, ann, {IdentityKind::email, "ann@serai.test"}, "hash"));
  REQUIRE(link(*world, ann, {IdentityKind::custom, "custom-1"}));
  REQUIRE(link(*world, ann, {IdentityKind::custom, "custom-2"}));
  REQUIRE(link(*world, ann, kDevice));

  CHECK(find(*world, {IdentityKind::email, "ann@serai.test"})->password_hash == "hash");
  CHECK(find(*world, {IdentityKind::custom, "custom-1"}).error().code == Errc::not_found);
  CHECK(find(*world, {IdentityKind::custom, "custom-2"})->id == ann);
  CHECK(link(*world, bob, kDevice).error().code == Errc::already_exists);
  CHECK(link(*world, bob, {IdentityKind::email, "ann@serai.test"}, "x").error().code ==
        Errc::already_exists);
}

TEST_CASE("the last way to log in cannot be unlinked, nor somebody else's",
          "[contract][accounts]") {
  auto world = each_store();
  const Uuid ann = world->create_device("device-0001", "ann").id;
  world->create_device("device-0002", "bob");

  CHECK(unlink(*world, ann, kDevice).error().code == Errc::permission_denied);
  REQUIRE(link(*world, ann, {IdentityKind::email, "ann@serai.test"}, "hash"));
  CHECK(unlink(*world, ann, {IdentityKind::device, "device-0002"}).error().code ==
        Errc::permission_denied);
  CHECK(unlink(*world, ann, {IdentityKind::email, "bob@serai.test"}).error().code ==
        Errc::permission_denied);
  CHECK(unlink(*world, ann, kDevice));
  CHECK(find(*world, kDevice).error().code == Errc::not_found);
  REQUIRE(link(*world, ann, kDevice));
  CHECK(unlink(*world, ann, {IdentityKind::email, ""}));
  CHECK(get(*world, ann)->password_hash.empty());
}

TEST_CASE("users are united from ids and names, unknown ones left out", "[contract][accounts]") {
  auto world = each_store();
  const Uuid ann = world->create_device("device-0001", "ann").id;
  const Uuid bob = world->create_device("device-0002", "bob").id;

  const auto users = world->ask<std::vector<User>>([&](Store& s, Executor& e, auto answer) {
    s.get_users({ann, Uuid::make_random()}, {"ann", "bob", "nobody"}, e, std::move(answer));
  });

  REQUIRE(users->size() == 2);
  CHECK(users->at(0).id == ann);
  CHECK(users->at(1).id == bob);
}

TEST_CASE("a deleted account leaves nothing, and its names are free", "[contract][accounts]") {
  auto world = each_store();
  const Uuid ann = world->create_device("device-0001", "ann").id;
  REQUIRE(world->ask<std::vector<ObjectAck>>([&](Store& s, Executor& e, auto answer) {
    s.write_objects(
        {{{"saves", "one", ann}, "{}", "", 2, 1}}, {ann, false}, 5, e, std::move(answer));
  }));
  Writes writes;
  writes.notifications.push_back({.id = Uuid::make_random(),
                                  .user_id = ann,
                                  .subject = "hello",
                                  .content = "{}",
                                  .code = 1,
                                  .sender_id = {},
                                  .create_s = 1'700'000'000,
                                  .persistent = true});
  const auto stored = world->commit(std::move(writes));
  REQUIRE(stored);

  REQUIRE(world->ask<Unit>(
      [&](Store& s, Executor& e, auto answer) { s.delete_account(ann, e, std::move(answer)); }));

  CHECK(get(*world, ann).error().code == Errc::not_found);
  CHECK(notes(*world, ann, 10, "").notifications.empty());
  CHECK(world
            ->ask<std::vector<StorageObject>>([&](Store& s, Executor& e, auto answer) {
              s.read_objects({{"saves", "one", ann}}, {{}, true}, e, std::move(answer));
            })
            ->empty());
  CHECK(world->create_device("device-0001", "ann").id != ann);
}

TEST_CASE("the system user is there, and nobody can log in as it", "[contract][accounts]") {
  auto world = each_store();

  CHECK(world
            ->ask<std::vector<User>>([](Store& s, Executor& e, auto answer) {
              s.get_users({Uuid{}}, {}, e, std::move(answer));
            })
            ->size() == 1);
  CHECK(world
            ->ask<FoundAccount>([](Store& s, Executor& e, auto answer) {
              s.find_account_by_name("", e, std::move(answer));
            })
            .error()
            .code == Errc::not_found);
}

TEST_CASE("revoked tokens are known until they would have expired", "[contract][accounts]") {
  auto world = each_store();
  const Uuid ann = Uuid::make_random();
  const std::int64_t now_s = world->clock().now_ms() / 1000;
  for (const RevokedToken& token :
       {RevokedToken{"t1", ann, 0, now_s + 100}, RevokedToken{"", ann, 50, now_s + 200}}) {
    REQUIRE(world->ask<Unit>(
        [&](Store& s, Executor& e, auto answer) { s.revoke(token, e, std::move(answer)); }));
  }
  const auto revoked_at = [&](std::int64_t time_s) {
    return *world->ask<std::vector<RevokedToken>>(
        [&](Store& s, Executor& e, auto answer) { s.revoked(time_s, e, std::move(answer)); });
  };

  CHECK(revoked_at(now_s + 99).size() == 2);
  const auto later = revoked_at(now_s + 100);
  REQUIRE(later.size() == 1);
  CHECK(later[0].token_id.empty());
  CHECK(later[0].user_id == ann);
  CHECK(later[0].before_s == 50);
}

TEST_CASE("a notification cursor goes on after the last one seen, across deletions",
          "[contract][notifications]") {
  auto world = each_store();
  const Uuid ann = Uuid::make_random();
  const auto notify = [&](const std::string& subject, bool persistent) {
    Writes writes;
    writes.notifications.push_back({.id = Uuid::make_random(),
                                    .user_id = ann,
                                    .subject = subject,
                                    .content = "{}",
                                    .code = 1,
                                    .sender_id = {},
                                    .create_s = 1'700'000'000,
                                    .persistent = persistent});
    const auto stored = world->commit(std::move(writes));
    REQUIRE(stored);
  };
  notify("one", true);
  notify("live only", false);
  notify("two", true);

  const NotificationPage first = notes(*world, ann, 1, "");
  REQUIRE(first.notifications.size() == 1);
  CHECK(first.notifications[0].subject == "one");
  const NotificationPage second = notes(*world, ann, 10, first.cursor);
  REQUIRE(second.notifications.size() == 1);
  CHECK(second.notifications[0].subject == "two");
  REQUIRE(world->ask<Unit>([&](Store& s, Executor& e, auto answer) {
    s.delete_notifications(
        ann, {second.notifications[0].id, Uuid::make_random()}, e, std::move(answer));
  }));
  CHECK(notes(*world, ann, 10, second.cursor).cursor == second.cursor);
  notify("three", true);
  const NotificationPage third = notes(*world, ann, 10, second.cursor);
  REQUIRE(third.notifications.size() == 1);
  CHECK(third.notifications[0].subject == "three");
  CHECK(world
            ->ask<NotificationPage>([&](Store& s, Executor& e, auto answer) {
              s.list_notifications(ann, 1, "nonsense", e, std::move(answer));
            })
            .error()
            .code == Errc::invalid_argument);
}
