// Every breaking change and its name; each is one edit of a module's manifest or of its messages.
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <sstream>

#include "release/contract_check.hpp"
#include "release/swap_plan.hpp"

using namespace serai;
using Catch::Matchers::Contains;

namespace {

namespace pb = google::protobuf;

constexpr const char* kManifest = R"({"serai":1,"name":"duel","version":"1.0.0","abi":"1.0",
 "kinds":[
  {"name":"duel","state":"duel.Duel","match":true,"players_max":4,"tick_hz":10},
  {"name":"scroll","state":"duel.Scroll"},
  {"name":"purse","state":"duel.Purse"}],
 "handlers":[
  {"name":"rpc_open","on":"rpc","kind":"duel","key":"fresh","creates":true,"request":"duel.Open","reply":"duel.Opened","client":true,"durable":true,"idempotent":true},
  {"name":"rpc_look","on":"rpc","kind":"duel","key":"field:id","request":"duel.Look","reply":"duel.Duel","client":true},
  {"name":"rpc_hide","on":"rpc","kind":"duel","key":"field:id","request":"duel.Look","client":true,"durable":true},
  {"name":"strike","on":"data","op":7,"kind":"duel","request":"duel.Strike"},
  {"name":"join","on":"join","kind":"duel"},
  {"name":"leave","on":"leave","kind":"duel"},
  {"name":"tick","on":"tick","kind":"duel"},
  {"name":"turn_over","on":"timer","kind":"duel","request":"duel.TurnOver"},
  {"name":"svc_pay","on":"rpc","kind":"purse"}],
 "events":[{"op":102,"name":"over"},{"op":101,"name":"turn","message":"duel.Turn"}],
 "config":[{"key":"open","type":"boolean"},{"key":"turn_ms","type":"integer"}],
 "accounts":[{"prefix":"stake:"},{"prefix":"house:","below_zero":true},{"prefix":"gems:","currency":"gems","purse":true}]})";

constexpr const char* kMessages = R"(
enum Stance { HIGH = 0; LOW = 1; MIDDLE = 2; }
enum Mood { CALM = 0; ANGRY = 1; }
message Wound { int32 depth = 1; int32 age = 2; Mood mood = 3; }
message Fighter { string name = 1; int32 hp = 2; Fighter second = 3; }
message Purse { int64 gold = 1; int64 owed = 2; repeated Wound wounds = 3; }
message Scroll { bytes text = 1; }
message Duel { string id = 1; int32 round = 2; Stance stance = 3; }
message Open { string name = 1; int32 stake = 2; string idem_key = 3; }
message Opened { string id = 1; repeated Fighter sides = 2; }
message Look { string id = 1; string name = 2; }
message Strike { Stance stance = 1; int32 force = 2; }
message TurnOver { int32 round = 1; }
message Turn { int32 round = 1; }
)";

struct Version {
  abi::ModuleContract contract;
  std::string descriptor_set;
  std::unique_ptr<loading::Descriptors> descriptors;

  release::ModuleFace face() const { return {contract, descriptors.get()}; }
};

void read_enum(std::istream& words, pb::EnumDescriptorProto& out) {
  std::string name;
  std::string is;
  for (int number = 0; words >> name && name != "}";) {
    if (name == "reserved") {
      words >> *out.add_reserved_name();
      continue;
    }
    words >> is >> number;
    pb::EnumValueDescriptorProto& value = *out.add_value();
    value.set_name(name);
    value.set_number(number);
  }
}

void read_message(std::istream& words, pb::DescriptorProto& out) {
  using Field = pb::FieldDescriptorProto;
  static const std::map<std::string, Field::Type> kPlain = {{"int32", Field::TYPE_INT32},
                                                            {"uint32", Field::TYPE_UINT32},
                                                            {"int64", Field::TYPE_INT64},
                                                            {"string", Field::TYPE_STRING},
                                                            {"bytes", Field::TYPE_BYTES}};
  std::string type;
  std::string name;
  std::string is;
  for (int number = 0; words >> type && type != "}";) {
    if (type == "reserved") {
      words >> *out.add_reserved_name();
      continue;
    }
    Field& field = *out.add_field();
    field.set_label(type == "repeated" ? Field::LABEL_REPEATED : Field::LABEL_OPTIONAL);
    if (type == "repeated") words >> type;
    words >> name >> is >> number;
    field.set_name(name);
    field.set_number(number);
    const auto plain = kPlain.find(type);
    if (plain != kPlain.end()) field.set_type(plain->second);
    if (plain == kPlain.end()) field.set_type_name(type);
  }
}

// Parses the part of the .proto language that this test needs; libprotoc is not installed.
std::string descriptor_set_of(std::string messages) {
  pb::FileDescriptorSet set;
  pb::FileDescriptorProto& file = *set.add_file();
  file.set_name("duel.proto");
  file.set_package("duel");
  file.set_syntax("proto3");
  std::ranges::replace(messages, ';', ' ');
  std::istringstream words(messages);
  std::string name;
  std::string brace;
  for (std::string what; words >> what >> name >> brace;) {
    if (what == "enum") {
      file.add_enum_type()->set_name(name);
      read_enum(words, *file.mutable_enum_type()->rbegin());
    } else {
      file.add_message_type()->set_name(name);
      read_message(words, *file.mutable_message_type()->rbegin());
    }
  }
  return set.SerializeAsString();
}

Version version(const std::string& manifest, const std::string& messages) {
  Version out;
  Result<abi::ModuleContract> contract = abi::parse_contract(manifest);
  if (!contract) FAIL(contract.error().detail);
  out.contract = *std::move(contract);
  out.descriptor_set = descriptor_set_of(messages);
  Result<std::unique_ptr<loading::Descriptors>> descriptors =
      loading::Descriptors::make(out.descriptor_set);
  if (!descriptors) FAIL(descriptors.error().detail);
  out.descriptors = *std::move(descriptors);
  return out;
}

struct Edit {
  const char* from;
  const char* to;
  std::vector<std::string> breaks;  // the names, in their order
};

// Edits the one text, manifest or messages, that has the edit's `from`.
Version edited(const Edit& edit) {
  std::string manifest = kManifest;
  std::string messages = kMessages;
  const std::string from = edit.from;
  std::string& text = manifest.find(from) != std::string::npos ? manifest : messages;
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  REQUIRE(text.find(from, at + 1) == std::string::npos);
  text.replace(at, from.size(), edit.to);
  return version(manifest, messages);
}

// The verdict of a swap that allows these breaks.
std::string swapped(const Version& live, const Version& next, std::vector<std::string> allow) {
  release::LiveSet set;
  set.modules["duel"].contract = live.contract;
  set.modules["duel"].descriptor_set = live.descriptor_set;
  release::SwapPlan plan;
  plan.release.allow_breaking = std::move(allow);
  plan.changed.emplace_back();
  plan.changed[0].contract = next.contract;
  plan.changed[0].descriptor_set = next.descriptor_set;
  const Result<> checked = check_plan(plan, set);
  return checked ? "" : checked.error().detail;
}

// The edit must be refused with exactly these names. It must be accepted when all of them are
// allowed, and refused when one is missing.
void judge(const Edit& edit) {
  INFO(edit.from << "  ->  " << edit.to);
  const Version live = version(kManifest, kMessages);
  const Version next = edited(edit);
  std::vector<std::string> names;
  for (const release::BreakingChange& change : breaking_changes(live.face(), next.face())) {
    names.push_back(change.name);
    CHECK(change.allowable);
  }
  CHECK(names == edit.breaks);
  CHECK(swapped(live, next, names) == "");
  for (const std::string& name : names) {
    std::vector<std::string> others = names;
    std::erase(others, name);
    CHECK_THAT(swapped(live, next, others), Contains("duel: " + name + ": "));
  }
}

}  // namespace

TEST_CASE("what a kind takes away is named", "[modules][contract]") {
  const Edit edits[] = {
      {R"(  {"name":"scroll","state":"duel.Scroll"},)", "", {"kind:scroll"}},
      {R"("state":"duel.Purse")", R"("state":"duel.Scroll")", {"kind:purse.state"}},
      {R"("state":"duel.Purse")", R"("idle_s":60)", {"kind:purse.state"}},
      {R"("match":true,)", "", {"kind:duel.match"}},
      {R"("state":"duel.Purse")", R"("state":"duel.Purse","match":true)", {"kind:purse.match"}},
      {R"("players_max":4)", R"("players_max":3)", {"kind:duel.players_max"}},
      {R"("state":"duel.Purse")",
       R"("state":"duel.Purse","players_max":9)",
       {"kind:purse.players_max"}},
  };
  for (const Edit& edit : edits) judge(edit);
}

TEST_CASE("a beat that changes or stops is named", "[modules][contract]") {
  const Edit edits[] = {{R"("tick_hz":10)", R"("tick_hz":20)", {"kind:duel.tick_hz"}},
                        {R"("tick_hz":10)", R"("tick_hz":5)", {"kind:duel.tick_hz"}},
                        {R"(,"tick_hz":10)", "", {"kind:duel.tick_hz"}}};
  for (const Edit& edit : edits) judge(edit);

  const Version live = version(kManifest, kMessages);
  const Version next = edited({R"("tick_hz":10)", R"("tick_hz":20)", {}});
  CHECK_THAT(swapped(live, next, {}), Contains("it ticks 20 times a second instead of 10"));
}

TEST_CASE("a handler that vanished is named, whoever calls it", "[modules][contract]") {
  const Edit edits[] = {
      {R"("name":"rpc_open")", R"("name":"rpc_begin")", {"rpc:rpc_open"}},
      {R"(,
  {"name":"svc_pay","on":"rpc","kind":"purse"})",
       "",
       {"rpc:svc_pay"}},
      {R"("op":7)", R"("op":8)", {"data:duel.7"}},
      {R"(  {"name":"join","on":"join","kind":"duel"},)", "", {"join:duel"}},
      {R"(  {"name":"leave","on":"leave","kind":"duel"},)", "", {"leave:duel"}},
      {R"(  {"name":"tick","on":"tick","kind":"duel"},)", "", {"tick:duel"}},
      {R"("name":"turn_over")", R"("name":"turn_done")", {"timer:duel.turn_over"}},
      {R"({"op":102,"name":"over"},)", "", {"event:102"}},
      {R"({"key":"open","type":"boolean"},)", "", {"config:open"}},
      {R"({"prefix":"stake:"},)", "", {"accounts:stake:"}},
  };
  for (const Edit& edit : edits) judge(edit);
}

TEST_CASE("what a handler promises less is named", "[modules][contract]") {
  const Edit edits[] = {
      {R"("client":true,"durable":true,"idempotent":true)",
       R"("durable":true,"idempotent":true)",
       {"rpc:rpc_open.client"}},
      {R"("svc_pay","on":"rpc","kind":"purse")",
       R"("svc_pay","on":"rpc","kind":"scroll")",
       {"rpc:svc_pay.kind"}},
      {R"("key":"fresh")", R"("key":"caller")", {"rpc:rpc_open.key"}},
      {R"("creates":true,)", "", {"rpc:rpc_open.creates"}},
      {R"("key":"field:id","request":"duel.Look","reply")",
       R"("key":"field:name","request":"duel.Look","reply")",
       {"rpc:rpc_look.key"}},
      {R"("request":"duel.Look","client":true,"durable":true)",
       R"("request":"duel.Look","client":true)",
       {"rpc:rpc_hide.durable"}},
      {R"(,"idempotent":true)", "", {"rpc:rpc_open.idempotent"}},
      {R"("type":"integer")", R"("type":"json")", {"config:turn_ms"}},
      {R"(,"below_zero":true)", "", {"accounts:house:"}},
      {R"({"prefix":"stake:"})", R"({"prefix":"stake:","currency":"gems"})", {"accounts:stake:"}},
      {R"({"prefix":"gems:","currency":"gems","purse":true})",
       R"({"prefix":"gems:","currency":"gems"})",
       {"accounts:gems:"}},
  };
  for (const Edit& edit : edits) judge(edit);
}

TEST_CASE("accounts that may owe from now on break nothing", "[modules][contract]") {
  judge({R"({"prefix":"stake:"})", R"({"prefix":"stake:","below_zero":true})", {}});
}

TEST_CASE("who names the entity himself does not mind how clients find it", "[modules][contract]") {
  judge({R"("svc_pay","on":"rpc","kind":"purse")",
         R"("svc_pay","on":"rpc","kind":"purse","key":"caller")",
         {}});
}

TEST_CASE("another message is named wherever it goes", "[modules][contract]") {
  const Edit edits[] = {
      {R"("request":"duel.Open")", R"("request":"duel.Strike")", {"rpc:rpc_open.request"}},
      {R"("reply":"duel.Opened")", R"("reply":"duel.Open")", {"rpc:rpc_open.reply"}},
      {R"(,"reply":"duel.Opened")", "", {"rpc:rpc_open.reply"}},
      {R"("request":"duel.Strike")", R"("request":"duel.Turn")", {"data:duel.7.request"}},
      {R"("request":"duel.TurnOver")",
       R"("request":"duel.Turn")",
       {"timer:duel.turn_over.request"}},
      {R"("kind":"purse"})", R"("kind":"purse","request":"duel.Open"})", {"rpc:svc_pay.request"}},
      {R"("message":"duel.Turn")", R"("message":"duel.TurnOver")", {"event:101.message"}},
      {R"("name":"over")", R"("name":"over","message":"duel.Turn")", {"event:102.message"}},
  };
  for (const Edit& edit : edits) judge(edit);
}

TEST_CASE("a field that vanished or changed is named, however deep it is", "[modules][contract]") {
  const Edit edits[] = {
      {"int32 stake = 2;", "", {"field:duel.Open.stake"}},
      {"int32 stake = 2;", "int32 stake = 4;", {"field:duel.Open.stake"}},
      {"int32 stake", "int32 wager", {"field:duel.Open.stake"}},
      {"int32 stake = 2;", "int32 wager = 2; reserved stake;", {"field:duel.Open.stake"}},
      {"string name = 1; int32 stake = 2; string idem_key = 3;",
       "string idem_key = 1; int32 stake = 2; string name = 3;",
       {"field:duel.Open.name", "field:duel.Open.idem_key"}},
      {"string id = 1; string name = 2;",
       "string id = 1; string name = 3;",
       {"field:duel.Look.name"}},
      {"int32 stake", "int64 stake", {"field:duel.Open.stake"}},
      {"int32 stake", "repeated int32 stake", {"field:duel.Open.stake"}},
      {"int32 force = 2;", "", {"field:duel.Strike.force"}},
      {"message TurnOver { int32 round",
       "message TurnOver { string round",
       {"field:duel.TurnOver.round"}},
      {"message Turn { int32 round", "message Turn { int32 turn", {"field:duel.Turn.round"}},
      {"int32 hp = 2;", "", {"field:duel.Fighter.hp"}},
      {"int32 hp", "uint32 hp", {"field:duel.Fighter.hp"}},
      {"repeated Fighter sides", "repeated Wound sides", {"field:duel.Opened.sides"}},
      {"repeated Fighter sides", "Fighter sides", {"field:duel.Opened.sides"}},
      {"LOW = 1;", "", {"field:duel.Duel.stance", "field:duel.Strike.stance"}},
      {"LOW = 1;", "DOWN = 1;", {"field:duel.Duel.stance", "field:duel.Strike.stance"}},
  };
  for (const Edit& edit : edits) judge(edit);
}

TEST_CASE("a state may lose fields, and not give them another meaning", "[modules][contract]") {
  const Edit edits[] = {
      {"int64 owed = 2;", "", {}},
      {"int64 owed = 2;", "int64 owed = 4;", {"field:duel.Purse.owed"}},
      {"int64 owed", "int64 debt", {"field:duel.Purse.owed"}},
      {"int64 owed = 2;", "int64 debt = 2; reserved owed;", {}},
      {"int64 gold = 1; int64 owed = 2;",
       "int64 owed = 1; int64 gold = 2;",
       {"field:duel.Purse.gold", "field:duel.Purse.owed"}},
      {"int64 owed", "string owed", {"field:duel.Purse.owed"}},
      {"int32 age = 2;", "", {}},
      {"int32 age", "repeated int32 age", {"field:duel.Wound.age"}},
      {"repeated Wound wounds", "repeated Fighter wounds", {"field:duel.Purse.wounds"}},
      {"ANGRY = 1;", "", {"field:duel.Wound.mood"}},
      {"ANGRY = 1;", "ANGRY = 2;", {"field:duel.Wound.mood"}},
      {"ANGRY = 1;", "FURIOUS = 1;", {"field:duel.Wound.mood"}},
      {"ANGRY = 1;", "FURIOUS = 1; reserved ANGRY;", {}},
  };
  for (const Edit& edit : edits) judge(edit);
}

TEST_CASE("a state that players also see is checked as theirs too, and reported once",
          "[modules][contract]") {
  const Edit edits[] = {
      {"string id = 1; int32 round = 2;", "string id = 1;", {"field:duel.Duel.round"}},
      {"string id = 1; int32 round", "string id = 1; int32 turn", {"field:duel.Duel.round"}},
      {"string id = 1; int32 round", "string id = 1; bytes round", {"field:duel.Duel.round"}},
  };
  for (const Edit& edit : edits) judge(edit);
}

TEST_CASE("what is added or promised beyond breaks nothing", "[modules][contract]") {
  const Edit edits[] = {
      {R"("players_max":4)", R"("players_max":5)", {}},
      {R"("players_max":4,)", "", {}},
      {R"("state":"duel.Purse")", R"("state":"duel.Purse","tick_hz":10)", {}},
      {R"("state":"duel.Purse"})", R"("state":"duel.Purse"},{"name":"coin"})", {}},
      {R"("kind":"purse"})", R"("kind":"purse","creates":true})", {}},
      {R"("kind":"purse"})", R"("kind":"purse","durable":true})", {}},
      {R"("kind":"purse"})", R"("kind":"purse"},{"name":"rpc_new","on":"rpc","client":true})", {}},
      {R"({"op":102)", R"({"op":103,"name":"more"},{"op":102)", {}},
      {R"({"key":"open")", R"({"key":"more","type":"json"},{"key":"open")", {}},
      {"int32 stake = 2;", "int32 stake = 2; int32 more = 4;", {}},
      {"MIDDLE = 2;", "MIDDLE = 2; NONE = 3;", {}},
  };
  for (const Edit& edit : edits) judge(edit);
}
