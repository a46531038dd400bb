#include "swap/check.hpp"

#include <catch2/catch.hpp>

#include "base/file_io.hpp"
#include "loading/transcoder.hpp"
#include "rehearsal/saved_state.hpp"
#include "release/contract_export.hpp"
#include "release/release.hpp"
#include "unit/modules/probe_fixture.hpp"
#include "unit/modules/swap_world.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

// Writes the entity into a folder of its own, named by its key.
void keep(const TempFolder& states, const ExportedEntity& entity) {
  const fs::path folder = states.path() / entity.id.key;
  fs::create_directory(folder);
  REQUIRE(rehearsal::write_saved_state(folder, entity).ok());
}

}  // namespace

TEST_CASE("a good module file passes the offline check, a faulty one fails with the reason",
          "[modules][check]") {
  const swap::CheckReport good = swap::check_offline({fixture("counter_v2")}, probe_options());
  CHECK(good.passed);
  CHECK_THAT(good.text, Contains("ok    counter 1.1.0"));

  const swap::CheckReport broken = swap::check_offline({fixture("nodelete")}, probe_options());
  CHECK_FALSE(broken.passed);
  CHECK_THAT(broken.text, Contains("elf.nodelete"));

  const swap::CheckReport crashes =
      swap::check_offline({fixture("crash_self_test")}, probe_options());
  CHECK_FALSE(crashes.passed);
  CHECK_THAT(crashes.text, Contains("SIGABRT in self-test"));
}

TEST_CASE("an RPC that stores changes without an idempotency key is named, and passes",
          "[modules][check]") {
  constexpr const char* kMember = "unprotected_against_retries";
  const auto exported = [](const char* module) {
    std::string all;
    for (const release::ContractFile& file : *release::export_contracts(fixture(module))) {
      all += file.text;
    }
    return all;
  };
  const swap::CheckReport unprotected =
      swap::check_offline({fixture("unprotected")}, probe_options());
  CHECK(unprotected.passed);
  CHECK_THAT(unprotected.text, Contains("warn  counter: rpc_add stores changes"));
  CHECK_THAT(exported("unprotected"), Contains(kMember));

  CHECK_THAT(swap::check_offline({fixture("counter_v1")}, probe_options()).text, !Contains("warn"));
  CHECK_THAT(exported("counter_v1"), !Contains(kMember));
}

TEST_CASE("a release is checked as a whole, and against another", "[modules][check]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_v1", "other_v1"});
  folder.publish("v2", {"counter_v2", "other_v1"});
  folder.publish("v3", {"rpc_gone", "other_v1"});
  const auto path = [&](const char* name) { return folder.releases() / name; };

  const swap::CheckReport good = swap::check_offline({path("v2"), path("v1")}, probe_options());
  INFO(good.text);
  CHECK(good.passed);
  CHECK_THAT(good.text, Contains("nothing breaks against v1"));

  const swap::CheckReport breaking = swap::check_offline({path("v3"), path("v1")}, probe_options());
  CHECK_FALSE(breaking.passed);
  CHECK_THAT(breaking.text, Contains("rpc:rpc_add"));

  CHECK_THAT(swap::check_offline({path("v9")}, probe_options()).text, Contains("FAIL"));
}

TEST_CASE("of a release, what it would change is tried, and nothing that runs may be left out",
          "[modules][check]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_v1", "other_v1"});
  folder.publish("v2", {"counter_v2", "other_v1"});
  folder.publish("v3", {"counter_v2"});
  const auto path = [&](const char* name) { return folder.releases() / name; };

  const swap::CheckReport good = swap::check_offline({path("v2"), path("v1")}, probe_options());
  CHECK_THAT(good.text, Contains("ok    counter 1.1.0") && Contains("same  other"));

  const swap::CheckReport less = swap::check_offline({path("v3"), path("v1")}, probe_options());
  CHECK_FALSE(less.passed);
  CHECK_THAT(less.text, Contains("release.missing"));
}

TEST_CASE("a module file is checked against the file or the release it would replace",
          "[modules][check]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_v1", "other_v1"});
  const fs::path release = folder.releases() / "v1";

  const swap::CheckReport good =
      swap::check_offline({fixture("counter_v2"), fixture("counter_v1")}, probe_options());
  INFO(good.text);
  CHECK(good.passed);
  CHECK_THAT(good.text, Contains("nothing breaks against"));

  for (const fs::path& against : {fixture("counter_v1"), release}) {
    const swap::CheckReport breaking =
        swap::check_offline({fixture("rpc_gone"), against}, probe_options());
    CHECK_FALSE(breaking.passed);
    CHECK_THAT(breaking.text, Contains("rpc:rpc_add"));
  }
  const swap::ReleaseWishes meant{{}, {"rpc:rpc_add"}, false};
  CHECK(swap::check_offline({fixture("rpc_gone"), release, {}, meant}, probe_options()).passed);
  CHECK_THAT(swap::check_offline({fixture("other_claims"), release}, probe_options()).text,
             Contains("rpc rpc_add is declared by counter and by other"));
  CHECK_THAT(swap::check_offline({fixture("counter_v2"), release / "none"}, probe_options()).text,
             Contains("FAIL  --against: "));
}

TEST_CASE("saved states are translated and translated back as in a swap", "[modules][check]") {
  const TempFolder states;
  keep(states, entity("c1"));
  keep(states, entity("c2"));
  const auto checked = [&](const char* next, const swap::ReleaseWishes& wishes = {}) {
    return swap::check_offline({fixture(next), fixture("counter_v1"), states.path(), wishes},
                               probe_options());
  };

  const swap::CheckReport good = checked("counter_v2");
  INFO(good.text);
  CHECK(good.passed);
  CHECK_THAT(good.text, Contains("against 1.0.0: 2 entities moved and read back\n"));

  const swap::CheckReport lossy = checked("loses_state");
  CHECK_FALSE(lossy.passed);
  CHECK_THAT(lossy.text, Contains("the state differs") && Contains("(entity counter c1, schema 1"));
  const swap::CheckReport allowed = checked("loses_state", {{}, {"roundtrip:counter"}, false});
  CHECK(allowed.passed);
  CHECK_THAT(allowed.text,
             Contains("2 of them differ, as allowed") && Contains("differs: counter c2"));
  CHECK(checked("loses_state", {{}, {}, true}).passed);  // irreversible: no way back
}

TEST_CASE("a kept recording is replayed by both versions", "[modules][check]") {
  const TempFolder states;
  keep(states, played("bad1"));

  const swap::CheckReport report = swap::check_offline(
      {fixture("adds_twice"), fixture("counter_v1"), states.path() / "bad1"}, probe_options());

  INFO(report.text);
  CHECK(report.passed);
  CHECK_THAT(report.text,
             Contains("2 recorded messages of 1 matches replayed, 1 of them diverge") &&
                 Contains("diverges: counter bad1: message 1 of 2"));
}

TEST_CASE("a match that diverges refuses a release that says so", "[modules][check]") {
  const TempFolder states;
  keep(states, played("bad1"));
  const auto checked = [&](const char* next, const swap::ReleaseWishes& wishes) {
    return swap::check_offline({fixture(next), fixture("counter_v1"), states.path(), wishes},
                               probe_options());
  };
  swap::ReleaseWishes strict;
  strict.refuse_divergence = true;

  const swap::CheckReport refused = checked("adds_twice", strict);
  CHECK_FALSE(refused.passed);
  CHECK_THAT(refused.text,
             Contains("1 of 1 replayed entities of kind counter diverge") &&
                 Contains("\"on_divergence\" is \"refuse\"") &&
                 Contains("the first is bad1: message 1 of 2"));
  CHECK(checked("counter_v2", strict).passed);
  strict.allow_breaking = {"divergence:counter"};
  CHECK(checked("adds_twice", strict).passed);
}

TEST_CASE("a release refuses divergences of one kind, and keeps saying so", "[modules][release]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_v2", "other_v1"});
  const fs::path manifest = folder.releases() / "v1" / "manifest.json";
  std::string text = read_file(manifest, kTextBytesMax).value();
  const std::size_t reads = text.find("\"reads\"", text.find("\"counter\": {"));
  REQUIRE(reads != std::string::npos);
  text.insert(reads, "\"on_divergence\": \"refuse\", ");
  REQUIRE(write_file(manifest, text, 0444).ok());
  REQUIRE(swap::write_release_manifest(folder.releases() / "v1", "").ok());
  Result<release::Release> release = release::read_release(folder.releases() / "v1");
  REQUIRE(release.ok());

  CHECK_FALSE(release->refuse_divergence);
  CHECK(release->refuses_divergence("counter", "counter"));
  CHECK_FALSE(release->refuses_divergence("counter", "another"));
  CHECK_FALSE(release->refuses_divergence("other", "counter"));
  release->allow_breaking = {"divergence:counter"};
  CHECK_FALSE(release->refuses_divergence("counter", "counter"));
}

TEST_CASE("a state whose field numbers are exchanged is refused by their names",
          "[modules][check]") {
  const auto checked = [](std::vector<std::string> allow) {
    return swap::check_offline(
        {fixture("fields_exchanged"), fixture("counter_v2"), {}, {{}, std::move(allow), false}},
        probe_options());
  };
  const swap::CheckReport refused = checked({});
  CHECK_FALSE(refused.passed);
  CHECK_THAT(refused.text,
             Contains("field:fix.Counter.value: its number was 2, it is 3") &&
                 Contains("field:fix.Counter.bonus: its number was 3, it is 2"));
  CHECK(checked({"field:fix.Counter.value", "field:fix.Counter.bonus"}).passed);
}

TEST_CASE("what a refused swap has kept is refused again at home, until it is mended",
          "[modules][check]") {
  SwapWorld world;
  world.start_v1();
  world.runtime.make_entity("counter", "bad-one");
  world.folder.publish("v2", {"crash_import"});
  REQUIRE_FALSE(world.engine->swap("v2").ok());
  const fs::path kept = world.status().at("history").at(0).at("kept").get<std::string>();
  const auto release = [&](const char* name) { return world.folder.releases() / name; };
  CHECK_THAT(read_file(kept / "reason.txt", kTextBytesMax).value(),
             Contains("again   host check '" + release("v2").string() + "' --against '" +
                      release("v1").string() + "' --states '" + kept.string() + "'"));

  const swap::CheckReport again =
      swap::check_offline({release("v2"), release("v1"), kept}, probe_options());
  CHECK_FALSE(again.passed);
  CHECK_THAT(again.text, Contains("SIGSEGV in import") && Contains("entity counter bad-one"));

  const swap::CheckReport mended =
      swap::check_offline({fixture("counter_v2"), release("v1"), kept}, probe_options());
  INFO(mended.text);
  CHECK(mended.passed);
  CHECK_THAT(mended.text, Contains("against 1.0.0: 1 entities moved and read back"));
}

TEST_CASE("states that no module has are left alone and reported", "[modules][check]") {
  const TempFolder states;
  ExportedEntity stranger = entity("t1");
  stranger.id.kind = "tavern";
  keep(states, stranger);

  const swap::CheckReport report =
      swap::check_offline({fixture("counter_v2"), {}, states.path()}, probe_options());

  CHECK(report.passed);
  CHECK_THAT(report.text, Contains("left  kind tavern, states: 1"));
  CHECK_THAT(report.text, Contains("0 entities moved and read back"));
}

TEST_CASE("a folder without states is an error, and so is a damaged one", "[modules][check]") {
  const TempFolder states;
  const auto refusal = [&] {
    const swap::CheckReport report =
        swap::check_offline({fixture("counter_v2"), {}, states.path()}, probe_options());
    CHECK_FALSE(report.passed);
    return report.text;
  };
  CHECK_THAT(refusal(), Contains("contains no state: give a folder with entity.json"));

  keep(states, played("c1"));
  const fs::path folder = states.path() / "c1";
  REQUIRE(write_file(folder / "recording.bin", "something", 0600).ok());
  CHECK_THAT(refusal(), Contains("recording.bin: not a recording"));
  fs::remove(folder / "recording.bin");
  fs::remove(folder / "state.bin");
  CHECK_THAT(refusal(), Contains("state.bin"));
  for (const char* entity : {R"({"kind":"counter","key":7})",
                             R"({"kind":"counter","key":"c","schema":4294967297,"live":true})",
                             R"({"kind":"counter","key":"c\nok    all","schema":1,"live":true})"}) {
    REQUIRE(write_file(folder / "entity.json", entity, 0600).ok());
    CHECK_THAT(refusal(), Contains("entity.json: must be"));
  }
}

TEST_CASE("two modules of a release say the same of the accounts they share", "[modules][check]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_banks", "other_banks"});
  folder.publish("v2", {"counter_banks", "other_owes"});

  folder.publish("v3", {"counter_gems", "other_gems"});
  CHECK_THAT(swap::check_offline({folder.releases() / "v3"}, probe_options()).text,
             Contains("the purse of gems is gems:, and jewels: for other"));

  const std::string same = swap::check_offline({folder.releases() / "v1"}, probe_options()).text;
  CHECK_THAT(same, !Contains("accounts"));
  CHECK_THAT(swap::check_offline({folder.releases() / "v2"}, probe_options()).text,
             Contains("accounts bank: may fall below zero for other, and not for counter"));
}

TEST_CASE("two modules of a release cannot both claim an RPC of clients", "[modules][check]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_v1", "other_claims"});

  CHECK_THAT(swap::check_offline({folder.releases() / "v1"}, probe_options()).text,
             Contains("rpc rpc_add is declared by counter and by other"));
}

TEST_CASE("the manifest written for a folder of modules reads back as the release",
          "[modules][release]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_v2"}, {"rpc:rpc_old"}, true);

  // A rewritten manifest keeps what was allowed before.
  const swap::ReleaseWishes wishes{{}, {"rpc:rpc_older"}, false};
  REQUIRE(write_release_manifest(folder.releases() / "v1", "", wishes).ok());
  const Result<release::Release> release = release::read_release(folder.releases() / "v1");

  REQUIRE(release.ok());
  CHECK(release->name == "v1");
  CHECK(release->allows("rpc:rpc_old"));
  CHECK(release->allows("rpc:rpc_older"));
  CHECK(release->irreversible);
  const release::ReleaseModule& module = release->modules.at(0);
  CHECK(module.name == "counter");
  CHECK(module.sha256 == verified("counter_v2").sha256);
  CHECK(module.schemas.at("counter").writes == std::vector<std::uint32_t>{1, 2});
  CHECK(release::parse_release(print_release(*release)).ok());
  CHECK(release::list_releases(folder.releases()) == std::vector<std::string>{"v1"});
}

TEST_CASE("a damaged manifest.json names the member that is wrong", "[modules][release]") {
  struct Case {
    const char* json;
    const char* words;
  };
  const Case cases[] = {
      {"[]", "not a JSON object"},
      {"{}", "\"release\" is missing"},
      {R"({"release":7})", "\"release\" has the wrong type"},
      {R"({"release":"../x","modules":[]})", "not a plain name"},
      {R"({"release":"v1","modules":[]})", "\"modules\""},
      {R"({"release":"v1","modules":[{"name":"a"}]})", "\"file\" is missing"},
      {R"({"release":"v1","modules":[{"name":"a","file":"../a.so","sha256":"","version":"1","abi":"1.0"}]})",
       "not a plain name in the release"},
      {R"({"release":"v1","modules":[{"name":"a","file":"a.so","sha256":"","version":"1","abi":"1.0","policy":"soon"}]})",
       "policy \"soon\""},
      {R"({"release":"v1","modules":[{"name":"a","file":"a.so","sha256":"","version":"1","abi":"1.0","policy":"canary 100%"}]})",
       "policy \"canary 100%\""},
      {R"({"release":"v1","on_divergence":"maybe","modules":[]})", "on_divergence \"maybe\""}};
  for (const Case& one : cases) {
    INFO(one.json);
    const Result<release::Release> release = release::parse_release(one.json);
    REQUIRE_FALSE(release.ok());
    CHECK_THAT(release.error().detail, Contains(one.words));
  }
}

TEST_CASE("the transcoder goes between JSON and Protobuf by the module's own contract",
          "[modules][transcoder]") {
  const loading::VerifiedModule module = verified("counter_v2");
  const auto transcoder = make_transcoder(*loading::Descriptors::make(module.descriptor_set));

  const Result<std::string> wire = transcoder->to_wire("fix.Add", R"({"id":"c1","by":"-3"})");

  REQUIRE(wire.ok());
  CHECK(transcoder->field("fix.Add", "id", *wire) == "c1");
  CHECK(transcoder->field("fix.Add", "by", *wire) == "-3");
  CHECK(transcoder->field("fix.Add", "nothing", *wire) == "");
  CHECK(transcoder->field("fix.Add", "id", "\xff\xff") == "");
  CHECK(*transcoder->to_json("fix.Add", *wire) == R"({"id":"c1","by":"-3"})");
  CHECK(transcoder->to_wire("fix.Add", R"({"color":1})").error().code == Errc::invalid_argument);
  CHECK(transcoder->to_wire("fix.Nothing", "{}").error().code == Errc::internal);
  CHECK(transcoder->to_json("fix.Add", "\xff\xff").error().code == Errc::invalid_argument);
}
