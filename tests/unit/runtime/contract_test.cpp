// Manifests that are refused, each for one error.
#include "abi/contract.hpp"

#include <catch2/catch.hpp>

namespace {

constexpr const char* kGood = R"({"serai":1,"name":"duel","version":"1.0.0",
 "kinds":[{"name":"duel","schema":2,"reads":[1,2],"writes":[1,2],"match":true,"tick_hz":60}],
 "handlers":[
  {"name":"rpc_begin","on":"rpc","kind":"duel","key":"fresh","client":true,"durable":true,"idempotent":true},
  {"name":"rpc_look","on":"rpc","kind":"duel","key":"field:id","request":"duel.Look","client":true},
  {"name":"rpc_echo","on":"rpc","client":true},
  {"name":"hit","on":"data","op":1,"kind":"duel"},
  {"name":"tick","on":"tick","kind":"duel"}],
 "events":[{"op":101,"name":"struck"}],
 "config":[{"key":"limit.duels","type":"integer"},{"key":"limit.rounds","type":"json"}],
 "accounts":[{"prefix":"stake:"},{"prefix":"house:","below_zero":true}]})";

// The refusal of a manifest; empty: it is accepted.
std::string refusal(std::string_view manifest) {
  const serai::Result<serai::abi::ModuleContract> contract = serai::abi::parse_contract(manifest);
  return contract ? "" : contract.error().detail;
}

std::string edited(std::string_view from, std::string_view to) {
  std::string manifest = kGood;
  const std::size_t at = manifest.find(from);
  REQUIRE(at != std::string::npos);
  REQUIRE(manifest.find(from, at + 1) == std::string::npos);
  return manifest.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("what is no manifest at all is refused", "[runtime][contract]") {
  CHECK(refusal(kGood) == "");
  CHECK(refusal("{") == "manifest: text: is not JSON");
  CHECK(refusal("[]") == "manifest: top level: is not an object");
}

TEST_CASE("each thing that is wrong in a manifest is refused by its place and name",
          "[runtime][contract]") {
  struct Case {
    const char* from;
    const char* to;
    const char* words;
  };
  const Case cases[] = {
      {R"("serai":1,)", "", "top level: serai is not 1, the manifest format this host reads"},
      {R"("serai":1)", R"("serai":"1")", "top level: serai is not a whole number"},
      {R"("name":"duel","version")", R"("version")", "top level: name is missing"},
      {R"("version":"1.0.0")", R"("version":1)", "top level: version is not a text"},

      {R"([{"op":101,"name":"struck"}])", "{}", "events: is not a list"},
      {R"({"op":101,"name":"struck"})", "101", "events[0]: is not an object"},
      {R"(,"name":"struck")", "", "events[0]: name is missing"},
      {R"("op":101)", R"("op":1.5)", "events[0]: op is not a whole number"},
      {R"("op":101)",
       R"("op":18446744073709551615)",
       "events[0]: op is not within -9223372036854775808 to 9223372036854775807"},

      {R"("match":true)", R"("match":1)", "kinds[0]: match is not true or false"},
      {R"("schema":2)", R"("schema":-1)", "kinds[0]: schema is not within 0 to 1000000"},
      {R"("tick_hz":60)", R"("tick_hz":61)", "kinds[0]: tick_hz is not within 0 to 60"},
      {R"("tick_hz":60)", R"("owner":"id")", "kinds[0]: owner needs a state message"},
      {R"("reads":[1,2])", R"("reads":2)", "kinds[0]: reads is not a list"},
      {R"("reads":[1,2])",
       R"("reads":[1,"2"])",
       "kinds[0]: reads holds something other than a schema number"},
      {R"("writes":[1,2])",
       R"("writes":[2,1000001])",
       "kinds[0]: writes holds something other than a schema number"},
      {R"("reads":[1,2])", R"("reads":[2])", "kinds[0]: reads is not [lowest, highest]"},
      {R"("reads":[1,2])", R"("reads":[1,1])", "kinds[0]: reads does not hold the schema itself"},
      {R"("writes":[1,2])", R"("writes":[1])", "kinds[0]: writes does not hold the schema itself"},

      {R"("on":"data",)", "", "handlers[3]: on is missing"},
      {R"("on":"data")",
       R"("on":"socket")",
       "handlers[3]: on is not rpc, data, join, leave, tick or timer"},
      {R"("key":"fresh")",
       R"("key":"anew")",
       "handlers[0]: key is not caller, fresh, singleton or field:<name>"},
      {R"("key":"field:id")",
       R"("key":"field:")",
       "handlers[1]: key is not caller, fresh, singleton or field:<name>"},
      {R"("request":"duel.Look",)", "", "handlers[1]: key field:<name> needs a request message"},
      {R"("rpc_echo")",
       R"("rpc_Echo")",
       "handlers[2]: rpc name 'rpc_Echo' has characters other than a-z 0-9 _ - ."},
      {R"("rpc_echo")",
       R"("")",
       "handlers[2]: rpc name '' has characters other than a-z 0-9 _ - ."},
      {R"("durable":true,)", "", "handlers[0]: idempotent needs durable"},
      {R"("on":"data")",
       R"("on":"data","client":true)",
       "handlers[3]: client is for rpc handlers only"},
      {R"("key":"fresh",)", "", "handlers[0]: a client rpc of a kind needs a key"},
      {R"("on":"tick","kind":"duel")", R"("on":"tick")", "handlers[4]: needs a kind"},
      {R"("rpc_echo",)",
       R"("rpc_echo","durable":true,)",
       "handlers[2]: a stateless handler cannot be durable"},
      {R"("on":"tick","kind":"duel")",
       R"("on":"tick","kind":"dual")",
       "handlers[4]: kind 'dual' is not declared"},

      {R"("key":"limit.duels",)", "", "config[0]: key is missing"},
      {R"(,"type":"integer")", "", "config[0]: type is missing"},
      {R"("integer")", R"("number")", "config[0]: type is not boolean, integer or json"},

      {R"({"prefix":"stake:"})", "{}", "accounts[0]: prefix is missing"},
      {R"("below_zero":true)", R"("below_zero":1)", "accounts[1]: below_zero is not true or false"},
      {"stake:",
       "stake",
       "accounts[0]: prefix is not a name of a-z 0-9 _ - and a colon, as in \"town:\""},
      {"stake:",
       "of:stake:",
       "accounts[0]: prefix is not a name of a-z 0-9 _ - and a colon, as in \"town:\""},
      {"stake:", "player:", "accounts[0]: prefix player: is the host's own"},
      {"stake:", "house:", "accounts house:: is declared twice"},
      {R"({"prefix":"stake:"})",
       R"({"prefix":"stake:","currency":"Gems"})",
       "accounts[0]: currency is not a name of a-z 0-9 _ -, as in \"gems\""},
      {R"({"prefix":"stake:"})",
       R"({"prefix":"stake:","purse":true})",
       "accounts[0]: purse: that of gold is player:"},
      {R"("below_zero":true)",
       R"("below_zero":true,"currency":"gems","purse":true)",
       "accounts[1]: a purse may not be below zero"},
      {R"({"prefix":"stake:"})",
       R"({"prefix":"a:","currency":"gems","purse":true},{"prefix":"b:","currency":"gems","purse":true})",
       "purse of gems: is declared twice"},
      {R"("version":"1.0.0",)",
       R"("version":"1.0.0","stays_mapped":1,)",
       "top level: stays_mapped is not true or false"},

      {R"("kinds":[)",
       R"("kinds":[{"name":"du.el"},)",
       "kinds[0]: name has a dot, which ends the key in a match id"},
      {R"("kinds":[)", R"("kinds":[{"name":"duel"},)", "kind duel: is declared twice"},
      {R"("rpc_look")", R"("rpc_echo")", "handler rpc_echo: is declared twice"},
      {R"("name":"tick")", R"("name":"hit")", "handler duel.hit: is declared twice"},
      {"limit.rounds", "limit.duels", "config limit.duels: is declared twice"},

      {R"({"name":"tick",)",
       R"({"name":"kick","on":"data","op":1,"kind":"duel"},{"name":"tick",)",
       "handler duel.kick: has the op code of hit, 1"},
      {R"([{"op":101)",
       R"([{"op":101,"name":"missed"},{"op":101)",
       "event struck: has the op code of missed, 101"}};
  for (const Case& one : cases) {
    INFO(one.from << " -> " << one.to);
    CHECK(refusal(edited(one.from, one.to)) == std::string("manifest: ") + one.words);
  }
}

TEST_CASE("a module's own accounts, players', mint and sink are distinguished from all others",
          "[runtime][contract]") {
  const auto contract = serai::abi::parse_contract(kGood);
  REQUIRE(contract.ok());
  const auto may = [&](std::string_view account) {
    const std::optional<bool> below_zero = contract->may_fall_below_zero(account);
    return !below_zero ? "no account of it" : *below_zero ? "may owe" : "never owes";
  };

  CHECK(may("stake:7") == std::string("never owes"));
  CHECK(may("house:of:cards") == std::string("may owe"));
  CHECK(may("player:ann") == std::string("never owes"));
  CHECK(may("mint") == std::string("may owe"));
  CHECK(may("sink") == std::string("may owe"));
  for (const char* other :
       {"", "stake", "stake:", "player:", "mint:1", "vault:7", ":", "stakes:7"}) {
    INFO(other);
    CHECK(may(other) == std::string("no account of it"));
  }
}
