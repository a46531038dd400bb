// One player's data as a file: exported from either database, imported into either one.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>

#include "contract/place_world.hpp"

using namespace serai;
using namespace serai::storage;
using namespace serai::testing;
namespace fs = std::filesystem;

namespace {

// Bytes that are no UTF-8, quotes, backslashes, nothing.
const std::string kBytes("\0\x01\xff\"\\", 5);

// A state is "<owner>|<rest>" in these tests.
OwnedKind heroes() {
  return {"hero",
          [](std::string_view state) { return std::string(state.substr(0, state.find('|'))); },
          [](const StoredEntity& stored) {
            return R"({"schema":)" + std::to_string(stored.schema) + "}";
          }};
}

PlayerScope scope_of(const Uuid& user) { return {user, {heroes()}, {"player:", "gems:"}}; }

LedgerTransfer pay(const std::string& key, const std::string& account, std::int64_t amount) {
  return {.idem_key = key,
          .reason = "test",
          .entries = {{"mint", -amount, true}, {account, amount, false}}};
}

Uuid play(PlaceWorld& world, const std::string& device = "device-1") {
  const Uuid user = world.create_device(device, "ann \"the\" brave \\").id;
  const std::string id = user.text();
  REQUIRE(world.commit(entity_write({"roster", id}, kBytes)));
  REQUIRE(world.commit(entity_write({"hero", "h1"}, id + "|" + kBytes)));
  REQUIRE(world.commit(entity_write({"hero", "h2"}, "somebody|")));
  REQUIRE(world.commit(entity_write({"town", "oasis"}, id)));
  Writes more;
  more.notifications.push_back({.id = Uuid::make_random(),
                                .user_id = user,
                                .subject = "news",
                                .content = "{}",
                                .code = 7,
                                .sender_id = {},
                                .create_s = 1'700'000'000,
                                .persistent = true});
  more.answers.push_back({id + " rpc_buy", "key", UINT64_MAX, 0, kBytes});
  const auto stored = world.commit(std::move(more));
  REQUIRE(stored);
  REQUIRE(world.pay(pay("k1", "player:" + id, 100)));
  REQUIRE(world.pay(pay("k2", "gems:" + id, 3)));
  for (int i = 0; i < 45; ++i) {
    ObjectWrite write;
    write.key = {"saves", "o" + std::to_string(i), user};
    write.value = R"({"n":)" + std::to_string(i) + "}";
    const auto done = world.ask<std::vector<ObjectAck>>([&](Store& s, Executor& e, auto answer) {
      s.write_objects({write}, {user, false}, 9, e, std::move(answer));
    });
    REQUIRE(done);
  }
  return user;
}

// As `ctl player erase` does it, without a runtime.
void erase(PlaceWorld& world, const Uuid& user) {
  Writes writes;
  writes.erased = *world.sql_store().owned_entities(scope_of(user), 100);
  const auto erased = world.commit(std::move(writes));
  REQUIRE(erased);
  for (const std::string& prefix : scope_of(user).purse_prefixes) {
    REQUIRE(world.sql_store().empty_purse(prefix + user.text(), "test"));
  }
  REQUIRE(world.ask<Unit>(
      [&](Store& s, Executor& e, auto answer) { s.delete_account(user, e, std::move(answer)); }));
}

void check_played(PlaceWorld& world, const Uuid& user) {
  const std::string id = user.text();
  const FoundAccount found = world.create_device("device-1", "other");
  CHECK(found.id == user);
  CHECK(found.username == "ann \"the\" brave \\");
  CHECK(world.load({"roster", id})->state == kBytes);
  CHECK(world.load({"hero", "h1"})->state == id + "|" + kBytes);
  CHECK(world.balance("player:" + id) == 100);
  CHECK(world.balance("gems:" + id) == 3);
  const auto page = world.ask<NotificationPage>([&](Store& s, Executor& e, auto answer) {
    s.list_notifications(user, 10, "", e, std::move(answer));
  });
  REQUIRE(page->notifications.size() == 1);
  CHECK(page->notifications[0].subject == "news");
  const auto answer =
      world.ask<std::optional<IdempotentAnswer>>([&](Store& s, Executor& e, auto reply) {
        s.find_answer(id + " rpc_buy", "key", e, std::move(reply));
      });
  REQUIRE((answer && answer->has_value()));
  CHECK((*answer)->request_hash == UINT64_MAX);
  CHECK((*answer)->payload == kBytes);
  const auto objects = world.ask<ObjectPage>([&](Store& s, Executor& e, auto reply) {
    s.list_objects({"saves", user, 100, ""}, {user, false}, e, std::move(reply));
  });
  CHECK(objects->objects.size() == 45);
  CHECK(world.audit());
}

void edit(const std::string& file,
          const std::string& broken,
          const std::function<void(std::vector<std::string>&)>& change) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  change(lines);
  std::ofstream out(broken);
  for (const std::string& line : lines) out << line << '\n';
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a player exported from either database is imported into either one",
          "[contract][player]") {
  const Folder folder;
  const std::string file = folder / "ann.jsonl";
  PlaceWorld from(make_place(folder, "from"));
  PlaceWorld to(make_place(folder, "to"));
  const Uuid user = play(from);

  const auto exported = from.sql_store().export_player(scope_of(user), file);
  REQUIRE(exported);
  CHECK(exported->entities == 2);
  CHECK(exported->objects == 45);
  CHECK(exported->transfers == 2);
  CHECK((fs::status(file).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  const auto imported = to.sql_store().import_player(scope_of({}), file);
  REQUIRE(imported);
  CHECK(imported->user == user);
  CHECK(imported->entities.size() == 2);

  check_played(to, user);
  CHECK(to.balance("mint") == -103);
  CHECK_FALSE(to.load({"hero", "h2"}));
  to.restart();
  check_played(to, user);
}

TEST_CASE("an erased player comes back with the same money, and is not paid twice",
          "[contract][player]") {
  const Folder folder;
  const std::string file = folder / "ann.jsonl";
  PlaceWorld world(make_place(folder, "data"));
  const Uuid user = play(world);
  REQUIRE(world.sql_store().export_player(scope_of(user), file));

  const auto refused = world.sql_store().import_player(scope_of({}), file);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::already_exists);
  CHECK(refused.error().detail.find("ann.jsonl:1: ") != std::string::npos);
  erase(world, user);
  CHECK(world.balance("player:" + user.text()) == 0);
  CHECK(world.balance("sink") == 103);
  CHECK(world.load({"town", "oasis"}));
  CHECK(world.load({"hero", "h2"}));
  CHECK(world.audit());
  CHECK_FALSE(world.sql_store().knows_user(user).value());
  REQUIRE(world.sql_store().import_player(scope_of({}), file));
  check_played(world, user);

  erase(world, user);
  const auto again = world.sql_store().import_player(scope_of({}), file);
  REQUIRE_FALSE(again);
  CHECK(again.error().detail.find("a file is imported once") != std::string::npos);
  CHECK(world.balance("player:" + user.text()) == 0);
  CHECK_FALSE(world.sql_store().knows_user(user).value());
  CHECK(world.audit());
}

TEST_CASE("a purse is emptied of what other units have not reserved", "[contract][player]") {
  const Folder folder;
  PlaceWorld world(make_place(folder, "data"));
  REQUIRE(world.pay(pay("k1", "player:ann", 100)));
  const UnitId unit = world.store().next_unit();
  REQUIRE(world.reserve(
      unit,
      1,
      {.idem_key = "k2", .reason = "", .entries = {{"player:ann", -30}, {"sink", 30, true}}}));

  CHECK(world.sql_store().empty_purse("player:ann", "test").value() == 70);
  world.store().confirm(unit, 1);
  world.store().finish(unit);
  REQUIRE(world.store().flush());

  CHECK(world.balance("player:ann") == 0);
  CHECK(world.balance("sink") == 100);
  CHECK(world.sql_store().empty_purse("player:ann", "test").value() == 0);
  CHECK(world.audit());
}

TEST_CASE("a damaged or hostile file is refused with its line, and nothing is written",
          "[contract][player]") {
  const Folder folder;
  const std::string file = folder / "ann.jsonl";
  PlaceWorld from({folder / "from", ""});
  const Uuid user = play(from);
  REQUIRE(from.sql_store().export_player(scope_of(user), file));
  PlaceWorld world(make_place(folder, "to"));
  const auto refuses = [&](const std::string& expected, auto change) {
    edit(file, folder / "bad.jsonl", change);
    const auto imported = world.sql_store().import_player(scope_of({}), folder / "bad.jsonl");
    REQUIRE_FALSE(imported);
    INFO(imported.error().detail);
    CHECK(imported.error().detail.find("bad.jsonl:" + expected) != std::string::npos);
  };
  using Lines = std::vector<std::string>&;

  refuses("56: the file ends too early", [](Lines lines) { lines.pop_back(); });
  refuses("55: the file should have 55", [](Lines lines) { lines.erase(lines.begin() + 30); });
  refuses("1: the first line", [](Lines lines) { lines.erase(lines.begin()); });
  refuses("2: the second line", [](Lines lines) { lines.erase(lines.begin() + 1); });
  refuses("3: \"balance\" must",
          [](Lines lines) { replace(lines[2], ":100", ":1000000000000000000"); });
  refuses("3: \"town:oasis\" is not a purse",
          [&](Lines lines) { replace(lines[2], "player:" + user.text(), "town:oasis"); });
  refuses("9: the objects are not in order", [](Lines lines) { std::swap(lines[7], lines[8]); });
  refuses("8: the objects are not in order", [](Lines lines) { lines[7] = lines[6]; });
  refuses("2: \"username\" is longer",
          [](Lines lines) { replace(lines[1], "ann ", std::string(3'000, 'a')); });
  refuses("2: \"devices\" must be a list of texts",
          [](Lines lines) { replace(lines[1], R"(["device-1"])", R"(["device-1",7])"); });
  refuses("2: the devices are not in order",
          [](Lines lines) { replace(lines[1], R"(["device-1"])", R"(["device-1","device-1"])"); });
  refuses("3: is not a JSON object", [](Lines lines) { lines[2] = "[[[["; });
  refuses("3: the type \"spell\" is unknown",
          [](Lines lines) { lines[2] = R"({"type":"spell"})"; });
  refuses("54: the entity town zanzibar is not the player's", [&](Lines lines) {
    replace(lines[53], R"("kind":"roster")", R"("kind":"town")");
    replace(lines[53], user.text(), "zanzibar");
  });
  refuses("57: comes after the end", [](Lines lines) { lines.push_back(lines.back()); });

  CHECK_FALSE(world.sql_store().knows_user(user).value());
  CHECK(world.balance("mint") == 0);
  CHECK_FALSE(world.load({"hero", "h1"}));
  REQUIRE(world.sql_store().import_player(scope_of({}), file));
  check_played(world, user);
}

TEST_CASE("an export is never written over a file, and one of nobody leaves none",
          "[contract][player]") {
  const Folder folder;
  PlaceWorld world({folder / "data", ""});
  const Uuid user = play(world);
  std::ofstream(folder / "taken") << "a file";

  CHECK(world.sql_store().export_player(scope_of(user), folder / "taken").error().code ==
        Errc::already_exists);
  CHECK(world.sql_store().export_player(scope_of(user), folder / "no/folder").error().code ==
        Errc::unavailable);
  CHECK(world.sql_store()
            .export_player(scope_of(Uuid::make_random()), folder / "nobody")
            .error()
            .code == Errc::not_found);

  CHECK(fs::file_size(folder / "taken") == 6);
  CHECK_FALSE(fs::exists(folder / "nobody"));
  CHECK_FALSE(fs::exists(folder / "nobody.part"));
}
