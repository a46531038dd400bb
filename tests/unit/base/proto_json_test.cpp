#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/proto_json_read.hpp"
#include "base/proto_json_write.hpp"
#include "nakama/api.pb.h"
#include "nakama/realtime.pb.h"
#include "unit/base/every_type.hpp"
#include "unit/base/random_message.hpp"

using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;
using serai::append_json;
using serai::read_json;
using serai::UnknownFields;

namespace {

std::string to_json(const Message& message) {
  std::string text;
  append_json(message, text);
  return text;
}

std::string round_trip(std::string_view json, Message& message) {
  const auto read = read_json(json, UnknownFields::refuse, message);
  return read.ok() ? to_json(message) : "refused: " + read.error().detail;
}

template <class M>
std::string through(std::string_view json) {
  M message;
  return round_trip(json, message);
}

// The seed of a random test: SERAI_SEED, else a random one. Every failure prints it.
std::uint64_t test_seed() {
  const char* given = std::getenv("SERAI_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

std::vector<std::unique_ptr<Message>> sample_types() {
  std::vector<std::unique_ptr<Message>> types;
  types.push_back(std::make_unique<nakama::realtime::Envelope>());
  types.push_back(std::make_unique<nakama::realtime::MatchmakerMatched>());
  types.push_back(std::make_unique<nakama::realtime::MatchDataSend>());
  types.push_back(std::make_unique<nakama::api::Account>());
  types.push_back(std::make_unique<nakama::api::LeaderboardRecordList>());
  types.push_back(std::make_unique<nakama::api::WriteStorageObjectsRequest>());
  types.push_back(std::make_unique<nakama::api::ListMatchesRequest>());
  types.push_back(std::make_unique<nakama::api::Event>());
  types.push_back(std::make_unique<nakama::api::ValidatedPurchase>());
  static serai::testing::EveryType every_type;
  types.emplace_back(every_type.prototype().New());
  types.emplace_back(every_type.maps().New());
  return types;
}

// The same fields in another order; the occurrences of one field keep theirs.
std::string shuffled(const std::string& wire, serai::testing::Random& random) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(wire.data()),
                                            static_cast<int>(wire.size()));
  std::map<int, std::vector<std::string>> parts;
  std::vector<int> order;
  std::size_t from = 0;
  while (const std::uint32_t tag = in.ReadTag()) {
    REQUIRE(WireFormatLite::SkipField(&in, tag));
    const auto until = static_cast<std::size_t>(in.CurrentPosition());
    order.push_back(WireFormatLite::GetTagFieldNumber(tag));
    parts[order.back()].push_back(wire.substr(from, until - from));
    from = until;
  }
  std::shuffle(order.begin(), order.end(), random);
  std::string out;
  std::map<int, std::size_t> next;
  for (const int number : order) out += parts[number][next[number]++];
  return out;
}

}  // namespace

TEST_CASE("names are read in both spellings and written in snake_case", "[proto_json]") {
  using nakama::api::Session;
  CHECK(through<Session>(R"({"refresh_token":"r"})") == R"({"refresh_token":"r"})");
  CHECK(through<Session>(R"({"refreshToken":"r"})") == R"({"refresh_token":"r"})");
  CHECK(through<Session>(R"({"refreshToken":"r","refresh_token":"r"})") ==
        "refused: refresh_token: given twice");
}

TEST_CASE("defaults are left out, present wrappers are written", "[proto_json]") {
  CHECK(through<nakama::api::Session>(R"({"created":false,"token":""})") == "{}");
  CHECK(
      through<nakama::api::ListMatchesRequest>(R"({"limit":0,"authoritative":false,"label":""})") ==
      R"({"limit":0,"authoritative":false,"label":""})");
  CHECK(through<nakama::api::ListMatchesRequest>(R"({"limit":null,"label":null})") == "{}");
  CHECK(through<nakama::realtime::Envelope>(R"({"cid":"1","pong":{}})") ==
        R"({"cid":"1","pong":{}})");
}

TEST_CASE("whole numbers come as numbers, texts, 1.0 and 1e3", "[proto_json]") {
  using Write = nakama::api::WriteLeaderboardRecordRequest::LeaderboardRecordWrite;
  CHECK(through<Write>(R"({"score":12})") == R"({"score":"12"})");
  CHECK(through<Write>(R"({"score":"-12"})") == R"({"score":"-12"})");
  CHECK(through<Write>(R"({"score":1.0})") == R"({"score":"1"})");
  CHECK(through<Write>(R"({"score":1e3})") == R"({"score":"1000"})");
  CHECK(through<Write>(R"({"score":"1e3"})") == R"({"score":"1000"})");
  CHECK(through<Write>(R"({"score":9223372036854775807})") == R"({"score":"9223372036854775807"})");
  for (const char* bad : {"1.5",
                          "9223372036854775808",
                          "1e19",
                          "-1e19",
                          "\"x\"",
                          "\"\"",
                          "\" 1\"",
                          "\"+1\"",
                          "\"0x10\"",
                          "\"inf\"",
                          "true",
                          "{}",
                          "[]",
                          "[1]"}) {
    CAPTURE(bad);
    const auto text = through<Write>(R"({"score":)" + std::string(bad) + "}");
    CHECK(text.starts_with("refused: score: "));
  }
  CHECK(through<nakama::api::Group>(R"({"max_count":2147483648})").starts_with("refused"));
  CHECK(through<nakama::api::Tournament>(R"({"size":-1})").starts_with("refused"));
  CHECK(through<nakama::api::Tournament>(R"({"size":4294967295})") == R"({"size":4294967295})");
}

TEST_CASE("numbers beyond any type are refused, not wrapped", "[proto_json]") {
  CHECK(through<nakama::api::Group>(R"({"max_count":1e999})").starts_with("refused"));
  CHECK(through<nakama::api::Group>("{\"max_count\":" + std::string(5000, '9') + "}")
            .starts_with("refused"));
}

TEST_CASE("enums come as numbers and names and leave as numbers", "[proto_json]") {
  using Write = nakama::api::WriteLeaderboardRecordRequest::LeaderboardRecordWrite;
  CHECK(through<Write>(R"({"operator":"SET"})") == R"({"operator":2})");
  CHECK(through<Write>(R"({"operator":2})") == R"({"operator":2})");
  CHECK(through<Write>(R"({"operator":77})") == R"({"operator":77})");
  CHECK(through<Write>(R"({"operator":"NOPE"})") == R"(refused: operator: unknown name "NOPE")");
}

TEST_CASE("bytes are base64 in either alphabet", "[proto_json]") {
  using nakama::realtime::MatchData;
  CHECK(through<MatchData>(R"({"data":"+/8="})") == R"({"data":"+/8="})");
  CHECK(through<MatchData>(R"({"data":"-_8"})") == R"({"data":"+/8="})");
  CHECK(through<MatchData>(R"({"data":"a"})") == "refused: data: expected base64");
  CHECK(through<MatchData>(R"({"data":"a b="})") == "refused: data: expected base64");
}

TEST_CASE("times are RFC 3339 in UTC", "[proto_json]") {
  using nakama::api::Event;
  CHECK(through<Event>(R"({"timestamp":"2024-05-01T10:00:00Z"})") ==
        R"({"timestamp":"2024-05-01T10:00:00Z"})");
  CHECK(through<Event>(R"({"timestamp":"2024-05-01T12:30:00.25+02:30"})") ==
        R"({"timestamp":"2024-05-01T10:00:00.250Z"})");
  for (const char* bad : {"2024-05-01",
                          "2024-02-30T00:00:00Z",
                          "2024-05-01T24:00:00Z",
                          "2024-05-01T10:00:00",
                          "2024-05-01 10:00:00Z",
                          ""}) {
    CAPTURE(bad);
    CHECK(through<Event>(R"({"timestamp":")" + std::string(bad) + "\"}").starts_with("refused"));
  }
  CHECK(through<Event>(R"({"timestamp":{"seconds":1}})").starts_with("refused"));
}

TEST_CASE("maps are objects with values of their type", "[proto_json]") {
  using nakama::api::Event;
  CHECK(through<Event>(R"({"properties":{"b":"2","a":"1"}})") ==
        R"({"properties":{"a":"1","b":"2"}})");
  CHECK(through<Event>(R"({"properties":{"a":"1","a":"2"}})") ==
        R"(refused: properties["a"]: given twice)");
  CHECK(through<Event>(R"({"properties":{"a":null}})").starts_with("refused"));
  CHECK(through<Event>(R"({"properties":{"a":{}}})").starts_with("refused"));
  CHECK(through<Event>(R"({"properties":["a"]})").starts_with("refused"));
}

TEST_CASE("an error names the member", "[proto_json]") {
  CHECK(through<nakama::api::WriteStorageObjectsRequest>(
            R"({"objects":[{"key":"k"},{"permission_read":"x"}]})") ==
        "refused: objects[1].permission_read: expected a number");
  CHECK(through<nakama::realtime::Envelope>(R"({"rpc":{"idd":"x"}})") ==
        R"(refused: rpc: unknown member "idd")");
}

TEST_CASE("only one member of a choice may be given", "[proto_json]") {
  using nakama::realtime::Envelope;
  CHECK(through<Envelope>(R"({"ping":{},"pong":{}})").starts_with("refused"));
  CHECK(through<Envelope>(R"({"ping":null,"pong":{}})") == R"({"pong":{}})");
}

TEST_CASE("anything but one JSON object is refused", "[proto_json]") {
  for (const char* bad : {"",
                          " ",
                          "null",
                          "[]",
                          "1",
                          "\"x\"",
                          "{",
                          "{}{}",
                          "{} x",
                          "{\"cid\"}",
                          "{\"cid\":}",
                          "{'cid':1}",
                          "{\"cid\":1,}",
                          "{\"cid\":\"\xff\"}",
                          "{\"cid\":\"\xed\xa0\x80\"}",
                          "{\"cid\":\"\\ud800\"}",
                          "{\"cid\":\"\x01\"}",
                          "{\"cid\":nul}",
                          "{\"cid\":1}",
                          "{\"ping\":[]}"}) {
    CAPTURE(bad);
    CHECK(through<nakama::realtime::Envelope>(bad).starts_with("refused"));
  }
}

TEST_CASE("a real zero keeps its sign, and an integer has none", "[proto_json]") {
  const auto property = [](const std::string& number) {
    const std::string json = R"({"numeric_properties":{"a":)" + number + "}}";
    return through<nakama::realtime::MatchmakerAdd>(json);
  };
  for (const char* negative : {"-0", "-0.0", R"("-0")", R"("-0.0")", "-0e3"}) {
    CAPTURE(negative);
    CHECK(property(negative) == R"({"numeric_properties":{"a":-0}})");
  }
  CHECK(property("0") == R"({"numeric_properties":{"a":0}})");
  CHECK(through<nakama::realtime::MatchmakerAdd>(R"({"min_count":-0})") == "{}");
}

TEST_CASE("unknown members are skipped whole when they are to be ignored", "[proto_json]") {
  nakama::api::Session session;
  const auto read = read_json(R"({"x":{"y":[1,{"z":null}],"token":"no"},"q":[[]],"n":null,)"
                              R"("token":"yes","s":"t","b":true,"i":-1,"f":1.5})",
                              UnknownFields::ignore,
                              session);
  REQUIRE(read.ok());
  CHECK(session.token() == "yes");
}

TEST_CASE("nesting is bounded, also inside what is ignored", "[proto_json]") {
  nakama::api::Session session;
  const auto nested = [](std::size_t depth) {
    return "{\"x\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  CHECK(read_json(nested(99), UnknownFields::ignore, session).ok());
  CHECK_FALSE(read_json(nested(100), UnknownFields::ignore, session).ok());
  CHECK_FALSE(read_json(nested(1'000'000), UnknownFields::ignore, session).ok());
}

TEST_CASE("text that is not UTF-8 is written with replacement characters", "[proto_json]") {
  nakama::api::Session session;
  session.set_token("a\xff\"\n\x01é");
  CHECK(to_json(session) == "{\"token\":\"a\xef\xbf\xbd\\\"\\n\\u0001é\"}");
}

TEST_CASE("random messages survive writing and reading", "[proto_json]") {
  const std::uint64_t seed = test_seed();
  INFO("SERAI_SEED=" << seed);
  serai::testing::Random random(seed);
  for (int round = 0; round < 300; ++round) {
    for (const auto& type : sample_types()) {
      std::unique_ptr<Message> written(type->New());
      serai::testing::fill_random(*written, random);
      const std::string text = to_json(*written);
      std::unique_ptr<Message> back(type->New());
      const auto read = read_json(text, UnknownFields::refuse, *back);
      CAPTURE(text);
      REQUIRE(read.ok());
      REQUIRE(MessageDifferencer::Equals(*written, *back));
      REQUIRE(to_json(*back) == text);
    }
  }
}

TEST_CASE("Protobuf's own JSON and ours read each other", "[proto_json]") {
  const std::uint64_t seed = test_seed();
  INFO("SERAI_SEED=" << seed);
  serai::testing::Random random(seed);
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_enums_as_ints = true;
  for (int round = 0; round < 100; ++round) {
    for (const auto& type : sample_types()) {
      std::unique_ptr<Message> written(type->New());
      serai::testing::fill_random(*written, random);
      std::string theirs;
      REQUIRE(google::protobuf::util::MessageToJsonString(*written, &theirs, options).ok());
      std::unique_ptr<Message> by_us(type->New());
      CAPTURE(theirs);
      REQUIRE(read_json(theirs, UnknownFields::refuse, *by_us).ok());
      REQUIRE(MessageDifferencer::Equals(*written, *by_us));

      std::unique_ptr<Message> by_them(type->New());
      const std::string ours = to_json(*written);
      CAPTURE(ours);
      REQUIRE(google::protobuf::util::JsonStringToMessage(ours, by_them.get()).ok());
      REQUIRE(MessageDifferencer::Equals(*written, *by_them));
    }
  }
}

TEST_CASE("every encoding that Protobuf allows is written as what it means", "[proto_json]") {
  const std::uint64_t seed = test_seed();
  INFO("SERAI_SEED=" << seed);
  serai::testing::Random random(seed);
  for (int round = 0; round < 100; ++round) {
    for (const auto& type : sample_types()) {
      // Concatenated messages are merged; a oneof and a map key appear twice.
      std::string wire;
      for (int i = 0; i < 3; ++i) {
        std::unique_ptr<Message> part(type->New());
        serai::testing::fill_random(*part, random);
        wire += shuffled(part->SerializeAsString(), random);
      }
      std::unique_ptr<Message> meant(type->New());
      REQUIRE(meant->ParseFromString(wire));
      std::string ours;
      REQUIRE(serai::wire_to_json(wire, *type->GetDescriptor(), ours).ok());
      REQUIRE(ours == to_json(*meant));
    }
  }
}

TEST_CASE("what is read has the bytes that Protobuf itself would write", "[proto_json]") {
  const std::uint64_t seed = test_seed();
  INFO("SERAI_SEED=" << seed);
  serai::testing::Random random(seed);
  serai::testing::EveryType every_type;
  const Message& type = every_type.prototype();
  for (int round = 0; round < 300; ++round) {
    std::unique_ptr<Message> message(type.New());
    serai::testing::fill_random(*message, random);
    const auto wire =
        serai::json_to_wire(to_json(*message), UnknownFields::refuse, *type.GetDescriptor());
    REQUIRE(wire.ok());
    REQUIRE(*wire == message->SerializeAsString());
  }
}

TEST_CASE("bytes that are no such message are refused", "[proto_json]") {
  const auto refused = [](std::string_view wire) {
    std::string json;
    return !serai::wire_to_json(wire, *nakama::api::Event::descriptor(), json).ok();
  };
  CHECK_FALSE(refused(""));
  CHECK_FALSE(refused("\x0a\x01n"));
  CHECK_FALSE(refused("\x08\x01"));                        // the name as a number: unknown field
  CHECK(refused("\x0a\x02n"));                             // shorter than its length
  CHECK(refused("\x0a\xff\xff\xff\xff\x0f"));              // a length beyond any text
  CHECK(refused(std::string_view("\x02\x00", 2)));         // field 0
  CHECK(refused("\xff\xff\xff\xff\xff\xff\xff\xff\xff"));  // a tag without end
  CHECK(refused("\x12\x03\x0a\x05x"));                     // a pair of a map, cut short
  CHECK(refused("\x0c"));                                  // the end of a group that did not begin
}

TEST_CASE("messages nest as deep as Protobuf's own parser allows", "[proto_json]") {
  serai::testing::EveryType every_type;
  const Message& type = every_type.prototype();
  const auto* self = type.GetDescriptor()->FindFieldByName("self");
  for (int depth : {1, 98, 99, 100, 101, 102, 5000}) {
    CAPTURE(depth);
    std::string wire;
    for (int i = 0; i < depth; ++i) {
      std::string outer;
      {
        google::protobuf::io::StringOutputStream stream(&outer);
        google::protobuf::io::CodedOutputStream out(&stream);
        google::protobuf::internal::WireFormatLite::WriteString(self->number(), wire, &out);
      }
      wire = std::move(outer);
    }
    std::unique_ptr<Message> parsed(type.New());
    std::string json;
    CHECK(serai::wire_to_json(wire, *type.GetDescriptor(), json).ok() ==
          parsed->ParseFromString(wire));
  }
}

TEST_CASE("messages known only by descriptor work like generated ones", "[proto_json]") {
  const std::uint64_t seed = test_seed();
  INFO("SERAI_SEED=" << seed);
  serai::testing::Random random(seed);
  google::protobuf::DynamicMessageFactory factory;
  for (int round = 0; round < 50; ++round) {
    for (const auto& type : sample_types()) {
      std::unique_ptr<Message> generated(type->New());
      serai::testing::fill_random(*generated, random);
      const std::string text = to_json(*generated);
      CAPTURE(text);
      std::unique_ptr<Message> dynamic(factory.GetPrototype(type->GetDescriptor())->New());
      REQUIRE(round_trip(text, *dynamic) == text);
      std::unique_ptr<Message> back(type->New());
      REQUIRE(back->ParseFromString(dynamic->SerializeAsString()));
      REQUIRE(MessageDifferencer::Equals(*generated, *back));
    }
  }
}

TEST_CASE("a text has a bound on its values, and a map on its names", "[json]") {
  const auto list = [](std::size_t count, std::string_view element) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
      text += std::string(i == 0 ? "" : ",") + std::string(element);
    return text;
  };
  const auto names = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":\"\"";
    }
    return R"({"vars":{)" + text + "}}";
  };
  nakama::api::AccountDevice account;

  CHECK(read_json(names(4'096), UnknownFields::ignore, account).ok());
  CHECK(read_json(names(4'097), UnknownFields::ignore, account).error().detail ==
        "vars[\"4096\"]: more than 4096 names");
  CHECK(read_json(R"({"a":[)" + list(65'534, "0") + "]}", UnknownFields::ignore, account).ok());
  for (const char* element : {"0", "{}", "[]", "null", "true", "\"\"", "1.5"}) {
    const std::string text = R"({"a":[)" + list(65'535, element) + "]}";
    CHECK(read_json(text, UnknownFields::ignore, account)
              .error()
              .detail.find("more than 65536 values") != std::string::npos);
  }
}
