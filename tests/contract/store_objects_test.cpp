// Contract of the Store port: storage objects.
#include <catch2/catch.hpp>
#include <utility>

#include "contract/store_world.hpp"

using namespace serai;
using namespace serai::testing;

namespace {

using Acks = std::vector<ObjectAck>;
using Objects = std::vector<StorageObject>;

const Uuid kAnn = Uuid::make_named("ann");
const Uuid kBob = Uuid::make_named("bob");
const ObjectActor kServer{{}, true};
const ObjectKey kSave{"saves", "one", kAnn};

Result<Acks> write(StoreWorld& world,
                   std::vector<ObjectWrite> writes,
                   ObjectActor actor,
                   std::int64_t now_s = 10) {
  return world.ask<Acks>([&](Store& s, Executor& e, auto answer) {
    s.write_objects(std::move(writes), actor, now_s, e, std::move(answer));
  });
}
Result<Objects> try_read(StoreWorld& world, std::vector<ObjectKey> keys, ObjectActor actor) {
  return world.ask<Objects>([&](Store& s, Executor& e, auto answer) {
    s.read_objects(std::move(keys), actor, e, std::move(answer));
  });
}
Objects read(StoreWorld& world, std::vector<ObjectKey> keys, ObjectActor actor) {
  return *try_read(world, std::move(keys), actor);
}
Result<> erase(StoreWorld& world, std::vector<ObjectDelete> deletes, ObjectActor actor) {
  return world.ask<Unit>([&](Store& s, Executor& e, auto answer) {
    s.delete_objects(std::move(deletes), actor, e, std::move(answer));
  });
}
std::string list(StoreWorld& world, ObjectQuery query, ObjectActor actor) {
  std::string keys;
  do {
    auto page = world.ask<ObjectPage>([&](Store& s, Executor& e, auto answer) {
      s.list_objects(query, actor, e, std::move(answer));
    });
    REQUIRE(page.ok());
    for (const StorageObject& object : page->objects) keys += object.key.key + ";";
    keys += "|";
    query.cursor = page->cursor;
  } while (!query.cursor.empty());
  return keys;
}

// Objects a to e of Ann, 1 MiB each: one more than fits in an answer.
std::vector<ObjectKey> write_five_mib(StoreWorld& world) {
  std::vector<ObjectKey> keys;
  for (char name = 'a'; name <= 'e'; ++name) {
    keys.push_back({"saves", std::string(1, name), kAnn});
    REQUIRE(write(world, {{keys.back(), std::string(1 << 20, 'x'), "", 2, 1}}, kServer));
  }
  return keys;
}

// Objects of Ann that only the server may read.
void write_hidden(StoreWorld& world, int count) {
  std::vector<ObjectWrite> writes;
  for (int i = 0; i < count; ++i) {
    writes.push_back({{"saves", "h" + std::to_string(100'000 + i), kAnn}, "{}", "", 0, 1});
    if (writes.size() < 500 && i + 1 < count) continue;
    REQUIRE(write(world, std::exchange(writes, {}), kServer));
  }
}

}  // namespace

TEST_CASE("an object's version is the MD5 of its value as sent", "[contract][objects]") {
  auto world = each_store();

  const auto acks = write(*world, {{kSave, "{}", "", 1, 1}}, {kAnn, false});

  REQUIRE(acks.ok());
  CHECK(acks->at(0).version == "99914b932bd37a50b983c5e7c90ae93b");
  const Objects found = read(*world, {kSave}, {kAnn, false});
  REQUIRE(found.size() == 1);
  CHECK(found[0].value == "{}");
  CHECK(found[0].version == acks->at(0).version);
  CHECK(found[0].create_s == 10);
}

TEST_CASE("version checks: any, only if absent, only if equal", "[contract][objects]") {
  auto world = each_store();
  const ObjectActor ann{kAnn, false};
  const std::string first = write(*world, {{kSave, R"({"a":1})", "*", 1, 1}}, ann)->at(0).version;

  CHECK(write(*world, {{kSave, "{}", "*", 1, 1}}, ann).error().detail ==
        "Storage write rejected - version check failed.");
  CHECK(write(*world, {{kSave, "{}", "0123", 1, 1}}, ann).error().code == Errc::invalid_argument);
  CHECK(write(*world, {{kSave, R"({"a":2})", first, 1, 1}}, ann));
  CHECK(write(*world, {{kSave, R"({"a":3})", first, 1, 1}}, ann).error().code ==
        Errc::invalid_argument);
  CHECK(write(*world, {{kSave, R"({"a":4})", "", 1, 1}}, ann));
  CHECK(read(*world, {kSave}, ann)[0].value == R"({"a":4})");
}

TEST_CASE("rewriting an equal object changes nothing, not even its time", "[contract][objects]") {
  auto world = each_store();
  const ObjectActor ann{kAnn, false};
  REQUIRE(write(*world, {{kSave, "{}", "", 1, 1}}, ann, 10));

  CHECK(write(*world, {{kSave, "{}", "", 1, 1}}, ann, 20)->at(0).update_s == 10);
  CHECK(write(*world, {{kSave, "{}", "", 2, 1}}, ann, 30)->at(0).update_s == 30);
  CHECK(read(*world, {kSave}, ann)[0].create_s == 10);
}

TEST_CASE("clients read and write what permissions allow; the server all", "[contract][objects]") {
  auto world = each_store();
  const ObjectKey hidden{"saves", "hidden", kAnn};
  const ObjectKey open{"saves", "open", kAnn};
  REQUIRE(write(*world,
                {{hidden, "{}", "", 0, 0}, {open, "{}", "", 2, 1}, {kSave, "{}", "", 1, 1}},
                kServer));

  CHECK(read(*world, {hidden, open, kSave}, {kAnn, false}).size() == 2);
  CHECK(read(*world, {hidden, open, kSave}, {kBob, false}).size() == 1);
  CHECK(read(*world, {hidden, open, kSave}, kServer).size() == 3);
  CHECK(write(*world, {{hidden, R"({"a":1})", "", 1, 1}}, {kAnn, false}).error().detail ==
        "Storage write rejected - permission denied.");
  CHECK(write(*world, {{open, R"({"a":1})", "", 1, 1}}, {kBob, false}).error().code ==
        Errc::invalid_argument);
}

TEST_CASE("a batch of writes is all or nothing, and acks come in order", "[contract][objects]") {
  auto world = each_store();
  const ObjectActor ann{kAnn, false};
  const ObjectKey other{"saves", "two", kAnn};
  REQUIRE(write(*world, {{other, "{}", "", 1, 1}}, ann));

  CHECK_FALSE(write(*world, {{kSave, "{}", "", 1, 1}, {other, R"({"a":1})", "*", 1, 1}}, ann));
  CHECK(read(*world, {kSave}, ann).empty());

  const auto acks = write(*world,
                          {{kSave, R"({"n":1})", "*", 1, 1},
                           {other, R"({"n":2})", "", 1, 1},
                           {kSave, R"({"n":3})", "", 1, 1}},
                          ann);
  REQUIRE(acks.ok());
  REQUIRE(acks->size() == 3);
  CHECK(acks->at(1).key.key == "two");
  CHECK(acks->at(0).version != acks->at(2).version);
  CHECK(read(*world, {kSave}, ann)[0].value == R"({"n":3})");
}

TEST_CASE("a delete needs the object, the right and the version", "[contract][objects]") {
  auto world = each_store();
  const ObjectActor ann{kAnn, false};
  const ObjectKey locked{"saves", "locked", kAnn};
  REQUIRE(write(*world, {{kSave, "{}", "", 1, 1}, {locked, "{}", "", 1, 0}}, kServer));

  CHECK_FALSE(erase(*world, {{{"saves", "none", kAnn}, ""}}, ann));
  CHECK_FALSE(erase(*world, {{kSave, "0123"}}, ann));
  CHECK_FALSE(erase(*world, {{kSave, ""}, {locked, ""}}, ann));
  CHECK(read(*world, {kSave, locked}, ann).size() == 2);
  CHECK(erase(*world, {{kSave, "99914b932bd37a50b983c5e7c90ae93b"}}, ann));
  CHECK(erase(*world, {{locked, ""}}, kServer));
  CHECK(read(*world, {kSave, locked}, ann).empty());
}

TEST_CASE("lists show what may be read, page by page, in key order", "[contract][objects]") {
  auto world = each_store();
  const auto put = [&](const std::string& key, const Uuid& owner, std::int32_t permission) {
    REQUIRE(write(*world, {{{"saves", key, owner}, "{}", "", permission, 1}}, kServer));
  };
  put("c", kAnn, 2);
  put("a", kAnn, 1);
  put("b", kAnn, 0);
  put("d", kBob, 2);
  put("e", kBob, 1);

  CHECK(list(*world, {"saves", kAnn, 1, ""}, {kAnn, false}) == "a;|c;|");
  CHECK(list(*world, {"saves", kAnn, 10, ""}, {kBob, false}) == "c;|");
  CHECK(list(*world, {"saves", kAnn, 10, ""}, kServer) == "a;b;c;|");
  const std::string everybody = list(*world, {"saves", std::nullopt, 1, ""}, {kBob, false});
  CHECK((everybody == "c;|d;|" || everybody == "d;|c;|"));
  CHECK(list(*world, {"saves", std::nullopt, 10, ""}, kServer).size() == 11);
  CHECK(list(*world, {"other", kAnn, 10, ""}, kServer) == "|");
  CHECK(world
            ->ask<ObjectPage>([](Store& s, Executor& e, auto answer) {
              s.list_objects({"saves", kAnn, 1, "nonsense"}, kServer, e, std::move(answer));
            })
            .error()
            .code == Errc::invalid_argument);
}

TEST_CASE("an object named twice is answered once, where it was named first",
          "[contract][objects]") {
  auto world = each_store();
  const ObjectActor ann{kAnn, false};
  const ObjectKey other{"saves", "two", kAnn};
  REQUIRE(write(*world, {{kSave, "{}", "", 1, 1}, {other, "{}", "", 1, 1}}, ann));

  const Objects found = read(*world, {other, kSave, other, kSave, other}, ann);

  REQUIRE(found.size() == 2);
  CHECK(found[0].key.key == "two");
  CHECK(found[1].key.key == "one");
}

TEST_CASE("a read of more than 4 MiB is refused with the limit", "[contract][objects]") {
  auto world = each_store();
  std::vector<ObjectKey> keys = write_five_mib(*world);

  const auto refused = try_read(*world, keys, {kBob, false});

  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::resource_exhausted);
  CHECK(refused.error().detail.find("4 MiB") != std::string::npos);
  REQUIRE(write(*world, {{keys.back(), std::string(1 << 20, 'x'), "", 1, 1}}, kServer));
  CHECK(read(*world, keys, {kBob, false}).size() == 4);  // hidden ones do not count
  CHECK_FALSE(try_read(*world, keys, {kAnn, false}).ok());
  keys.back() = keys.front();
  CHECK(read(*world, keys, {kBob, false}).size() == 4);
}

TEST_CASE("a page of a list ends before 4 MiB, and the next goes on", "[contract][objects]") {
  auto world = each_store();
  write_five_mib(*world);
  const std::string pages = "a;b;c;d;|e;|";

  CHECK(list(*world, {"saves", kAnn, 100, ""}, {kAnn, false}) == pages);
  CHECK(list(*world, {"saves", kAnn, 100, ""}, {kBob, false}) == pages);
  CHECK(list(*world, {"saves", std::nullopt, 100, ""}, {kBob, false}) == pages);
}

TEST_CASE("an object larger than a page is a page of its own, and can be read",
          "[contract][objects]") {
  auto world = each_store();
  for (const char* key : {"a", "b"}) {
    const std::string value((4 << 20) + 1, 'x');
    REQUIRE(write(*world, {{{"saves", key, kAnn}, value, "", 1, 1}}, kServer));
  }

  CHECK(list(*world, {"saves", kAnn, 100, ""}, {kAnn, false}) == "a;|b;|");
  CHECK(read(*world, {{"saves", "a", kAnn}}, {kAnn, false}).size() == 1);
}

TEST_CASE("a page looks at 10,000 objects, those its reader may not see included",
          "[contract][objects]") {
  auto world = each_store();
  const auto put = [&](const std::string& key) {
    REQUIRE(write(*world, {{{"saves", key, kAnn}, "{}", "", 2, 1}}, kServer));
  };
  put("a");
  write_hidden(*world, 10'500);

  CHECK(list(*world, {"saves", kAnn, 100, ""}, {kAnn, false}) == "a;||");
  put("z");
  CHECK(list(*world, {"saves", kAnn, 100, ""}, {kAnn, false}) == "a;|z;|");
  CHECK(list(*world, {"saves", kAnn, 1, ""}, {kAnn, false}) == "a;|z;|");
  // Other players' listings use an index that has only public objects.
  CHECK(list(*world, {"saves", kAnn, 100, ""}, {kBob, false}) == "a;z;|");
  CHECK(list(*world, {"saves", std::nullopt, 1, ""}, {kBob, false}) == "a;|z;|");
}
