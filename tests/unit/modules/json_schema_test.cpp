#include "release/json_schema.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "nakama/realtime.pb.h"

using namespace serai;
using Json = nlohmann::json;

namespace {

// The definitions of a book with one message, by name without "nakama.realtime.".
template <class Message>
Json definitions(release::Direction direction) {
  release::SchemaBook book;
  book.add(*Message::descriptor(), direction);
  return Json::parse(book.print())["$defs"];
}

}  // namespace

TEST_CASE("maps, choices, wrappers and times have the shape the client protocol gives them",
          "[modules][schema]") {
  using nakama::realtime::MatchJoin;
  const std::string name = MatchJoin::descriptor()->full_name() + ".sent";
  const Json join = definitions<MatchJoin>(release::Direction::sent)[name];
  CHECK(join["properties"]["metadata"]["additionalProperties"] == Json{{"type", "string"}});
  CHECK(join["additionalProperties"] == false);
  REQUIRE(join["allOf"].size() == 1);
  CHECK(join["allOf"][0]["oneOf"].size() == 3);  // the first, the second, or none

  using nakama::realtime::ChannelMessageAck;
  const std::string heard = ChannelMessageAck::descriptor()->full_name() + ".heard";
  const Json ack = definitions<ChannelMessageAck>(release::Direction::heard)[heard];
  CHECK(ack["properties"]["code"]["type"] == "integer");
  CHECK(ack["properties"]["persistent"]["type"] == "boolean");
  CHECK(ack["properties"]["create_time"]["format"] == "date-time");
  CHECK_FALSE(ack.contains("additionalProperties"));
}

TEST_CASE("the same messages make the same text in whatever order they are added",
          "[modules][schema]") {
  const auto* one = nakama::realtime::MatchJoin::descriptor();
  const auto* other = nakama::realtime::ChannelMessageAck::descriptor();
  release::SchemaBook forwards;
  forwards.add(*one, release::Direction::sent);
  forwards.add(*other, release::Direction::heard);
  release::SchemaBook backwards;
  backwards.add(*other, release::Direction::heard);
  backwards.add(*one, release::Direction::sent);

  CHECK(forwards.print() == backwards.print());
}
