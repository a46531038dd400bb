#include <catch2/catch.hpp>

#include "unit/protocol/rest_fixture.hpp"

using namespace serai;
using namespace serai::protocol;
using namespace serai::testing;

TEST_CASE("objects are written as their caller, with permissions 1 when absent",
          "[rest][storage]") {
  RestFixture fixture;
  const auto answer =
      fixture.text("PUT",
                   "/v2/storage",
                   R"({"objects":[{"collection":"c","key":"k","value":" {\"a\":1}"},)"
                   R"({"collection":"c","key":"l","value":"{}","version":"*","permissionRead":2,)"
                   R"("permission_write":0}]})");
  CHECK(answer.starts_with(R"(200 {"acks":[{"collection":"c","key":"k","version":"v1")"));
  REQUIRE(fixture.store.writes.size() == 2);
  CHECK(fixture.store.writes[0].key.user_id == fixture.user);
  CHECK(fixture.store.writes[0].permission_read == 1);
  CHECK(fixture.store.writes[1].permission_read == 2);
  CHECK(fixture.store.writes[1].permission_write == 0);
  CHECK(fixture.store.writes[1].version == "*");
}

TEST_CASE("writes that cannot be are refused whole", "[rest][storage]") {
  const std::string long_name(129, 'x');
  for (const std::string& object :
       {std::string(R"({"key":"k","value":"{}"})"),
        std::string(R"({"collection":"c","value":"{}"})"),
        std::string(R"({"collection":"c","key":"k"})"),
        std::string(R"({"collection":"c","key":"k","value":"[]"})"),
        std::string(R"({"collection":"c","key":"k","value":"{"})"),
        std::string(R"({"collection":"c","key":"k","value":"{}","permission_read":3})"),
        std::string(R"({"collection":"c","key":"k","value":"{}","permission_write":-1})"),
        std::string(R"({"collection":"c","key":"k","value":{}})"),
        R"({"collection":")" + long_name + R"(","key":"k","value":"{}"})"}) {
    RestFixture fixture;
    CAPTURE(object);
    CHECK(fixture.text("PUT", "/v2/storage", R"({"objects":[)" + object + "]}")
              .starts_with("400 {\"code\":3,"));
    CHECK(fixture.store.writes.empty());
  }
}

TEST_CASE("a request names at most 1,000 objects", "[rest][storage]") {
  const auto list = [](const std::string& member, int count) {
    std::string body = "{\"" + member + "\":[";
    for (int i = 0; i < count; ++i) {
      if (i > 0) body += ',';
      body += R"({"collection":"c","key":"k","value":"{}"})";
    }
    return body + "]}";
  };
  RestFixture fixture;
  const std::string refused =
      R"(400 {"code":3,"message":"Too many objects - a request names at most 1000, not 1001"})";
  CHECK(fixture.text("POST", "/v2/storage", list("object_ids", 1001)) == refused);
  CHECK(fixture.text("PUT", "/v2/storage", list("objects", 1001)) == refused);
  CHECK(fixture.text("PUT", "/v2/storage/delete", list("object_ids", 1001)) == refused);
  CHECK(fixture.store.read_keys.empty());
  CHECK(fixture.store.writes.empty());
  CHECK(fixture.store.deletes.empty());

  fixture.text("POST", "/v2/storage", list("object_ids", 1000));
  fixture.text("PUT", "/v2/storage", list("objects", 1000));
  fixture.text("PUT", "/v2/storage/delete", list("object_ids", 1000));
  CHECK(fixture.store.read_keys.size() == 1000);
  CHECK(fixture.store.writes.size() == 1000);
  CHECK(fixture.store.deletes.size() == 1000);
}

TEST_CASE("refusals of the store keep their words", "[rest][storage]") {
  RestFixture fixture;
  fixture.store.fail =
      Error{Errc::invalid_argument, "Storage write rejected - version check failed"};
  CHECK(fixture.text(
            "PUT", "/v2/storage", R"({"objects":[{"collection":"c","key":"k","value":"{}"}]})") ==
        R"(400 {"code":3,"message":"Storage write rejected - version check failed"})");
}

TEST_CASE("objects are read by owner, the server's without one", "[rest][storage]") {
  RestFixture fixture;
  CHECK(fixture.text("POST", "/v2/storage", "{}") == "200 {}");
  StorageObject object;
  object.key = {"c", "k", fixture.user};
  object.value = "{}";
  object.version = "v";
  object.permission_write = 0;
  fixture.store.objects = {object};
  const std::string id = fixture.user.text();
  CHECK(fixture.text("POST",
                     "/v2/storage",
                     R"({"object_ids":[{"collection":"c","key":"k","user_id":")" + id +
                         R"("},{"collection":"c","key":"k"}]})") ==
        R"(200 {"objects":[{"collection":"c","key":"k","user_id":")" + id +
            R"(","value":"{}","version":"v","permission_read":1,)"
            R"("create_time":"1970-01-01T00:00:00Z","update_time":"1970-01-01T00:00:00Z"}]})");
  CHECK(fixture.store.read_keys[0].user_id == fixture.user);
  CHECK(fixture.store.read_keys[1].user_id.is_nil());
  CHECK(fixture
            .text("POST",
                  "/v2/storage",
                  R"({"objectIds":[{"collection":"c","key":"k","user_id":"x"}]})")
            .starts_with("400 "));
}

TEST_CASE("objects are deleted by name and version", "[rest][storage]") {
  RestFixture fixture;
  CHECK(fixture.text("PUT",
                     "/v2/storage/delete",
                     R"({"object_ids":[{"collection":"c","key":"k","version":"v"}]})") == "200 {}");
  REQUIRE(fixture.store.deletes.size() == 1);
  CHECK(fixture.store.deletes[0].version == "v");
  CHECK(fixture.text("PUT", "/v2/storage/delete", R"({"object_ids":[{"key":"k"}]})")
            .starts_with("400 "));
}

TEST_CASE("listings are of one owner or of all, one object unless more are asked for",
          "[rest][storage]") {
  RestFixture fixture;
  const std::string id = fixture.user.text();
  CHECK(fixture.text("GET", "/v2/storage/c") == R"(200 {"cursor":"next"})");
  CHECK(fixture.store.query->limit == 1);
  CHECK_FALSE(fixture.store.query->owner);
  fixture.call("GET", "/v2/storage/c/" + id + "?limit=100&cursor=here", "", kSession);
  CHECK(fixture.store.query->owner == fixture.user);
  CHECK(fixture.store.query->limit == 100);
  CHECK(fixture.store.query->cursor == "here");
  fixture.call("GET", "/v2/storage/c?userId=" + id, "", kSession);
  CHECK(fixture.store.query->owner == fixture.user);
  for (const char* query :
       {"limit=0", "limit=101", "limit=", "limit=x", "limit=1&limit=1", "limit=1.0", "user_id=x"}) {
    CAPTURE(query);
    CHECK(fixture.text("GET", std::string("/v2/storage/c?") + query).starts_with("400 "));
  }
  CHECK(fixture.text("GET", "/v2/storage/c/nobody").starts_with("400 "));
}

TEST_CASE("notifications are listed and deleted", "[rest][notification]") {
  RestFixture fixture;
  Notification notification;
  notification.id = fixture.user;
  notification.subject = "hello";
  notification.content = "{}";
  notification.code = 7;
  notification.persistent = true;
  notification.create_s = 1'714'557'600;
  fixture.notifications.page = {{notification}, "cursor"};
  const std::string id = fixture.user.text();
  CHECK(fixture.text("GET", "/v2/notification?limit=5") ==
        R"(200 {"notifications":[{"id":")" + id +
            R"(","subject":"hello","content":"{}","code":7,)"
            R"("create_time":"2024-05-01T10:00:00Z","persistent":true}],)"
            R"("cacheable_cursor":"cursor"})");
  CHECK(fixture.notifications.limit == 5);
  CHECK(fixture.text("GET", "/v2/notification?limit=101").starts_with("400 "));
  CHECK(fixture.text("DELETE", "/v2/notification?ids=junk&ids=" + id) == "200 {}");
  CHECK(fixture.notifications.deleted == std::vector<Uuid>{fixture.user});
}

TEST_CASE("matches are listed by label and size", "[rest][match]") {
  RestFixture fixture;
  MatchListing listing;
  listing.match = {fixture.user.text(), "battle"};
  listing.size = 2;
  listing.tick_rate = 10;
  listing.handler_name = "battle";
  fixture.game.listings = {listing};
  CHECK(fixture.text("GET", "/v2/match?limit=3&label=duel&minSize=1&max_size=4") ==
        R"(200 {"matches":[{"match_id":")" + fixture.user.text() +
            R"(.battle","authoritative":true,"label":"","size":2,"tick_rate":10,)"
            R"("handler_name":"battle"}]})");
  CHECK(fixture.game.filter->limit == 3);
  CHECK(fixture.game.filter->label == "duel");
  CHECK(fixture.game.filter->max_size == 4U);
  CHECK(fixture.text("GET", "/v2/match?query=*").starts_with("200 "));
  CHECK(fixture.text("GET", "/v2/match?authoritative=false") == "200 {}");
  CHECK(fixture.sessions.relayed_filters.size() ==
        1);  // the last request; labels and queries need others
  CHECK(fixture.text("GET", "/v2/match?query=%2Blabel.a:b").starts_with("501 {\"code\":12,"));
  for (const char* query : {"limit=0",
                            "limit=101",
                            "min_size=-1",
                            "max_size=-1",
                            "min_size=3&max_size=2",
                            "authoritative=false&label=x",
                            "authoritative=false&query=*",
                            "authoritative=2"}) {
    CAPTURE(query);
    CHECK(fixture.text("GET", std::string("/v2/match?") + query).starts_with("400 {\"code\":3,"));
  }
}

TEST_CASE("relayed matches fill what room authoritative ones leave", "[rest][match]") {
  RestFixture fixture;
  MatchListing listing;
  listing.match = {fixture.user.text(), "battle"};
  fixture.game.listings = {listing};
  fixture.sessions.relayed = {{{Uuid::make_named("tavern").text(), ""}, 3}};
  const std::string tavern =
      R"({"match_id":")" + Uuid::make_named("tavern").text() + R"(.","size":3})";
  const std::string both = fixture.text("GET", "/v2/match?limit=2&min_size=1");
  CHECK(both.find(R"("authoritative":true)") < both.find(tavern));
  CHECK(both.ends_with(tavern + "]}"));
  CHECK(fixture.sessions.relayed_filters.back().limit == 1);
  CHECK(fixture.sessions.relayed_filters.back().min_size == 1U);
  CHECK(fixture.text("GET", "/v2/match?authoritative=false") ==
        "200 {\"matches\":[" + tavern + "]}");
  CHECK(fixture.text("GET", "/v2/match?authoritative=true").find(tavern) == std::string::npos);
  CHECK(fixture.text("GET", "/v2/match?limit=1").find(tavern) == std::string::npos);
  CHECK(fixture.sessions.relayed_filters.size() == 2);
}
