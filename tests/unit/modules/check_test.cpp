#include "modules/check.hpp"

#include <catch2/catch.hpp>

#include "modules/descriptors.hpp"
#include "modules/file_io.hpp"
#include "modules/release.hpp"
#include "unit/modules/fixtures.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;

TEST_CASE("a good module file passes the offline check, a faulty one fails with the reason",
          "[modules][check]") {
  const CheckReport good = check_offline(fixture("counter_v2"), {}, probe_options());
  CHECK(good.passed);
  CHECK_THAT(good.text, Contains("ok    counter 1.1.0"));

  const CheckReport broken = check_offline(fixture("nodelete"), {}, probe_options());
  CHECK_FALSE(broken.passed);
  CHECK_THAT(broken.text, Contains("elf.nodelete"));

  const CheckReport crashes = check_offline(fixture("crash_self_test"), {}, probe_options());
  CHECK_FALSE(crashes.passed);
  CHECK_THAT(crashes.text, Contains("SIGABRT in self-test"));
}

TEST_CASE("a release is checked as a whole, and against another", "[modules][check]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_v1", "other_v1"});
  folder.publish("v2", {"counter_v2", "other_v1"});
  folder.publish("v3", {"rpc_gone", "other_v1"});
  const auto path = [&](const char* name) { return folder.releases() / name; };

  const CheckReport good = check_offline(path("v2"), path("v1"), probe_options());
  INFO(good.text);
  CHECK(good.passed);
  CHECK_THAT(good.text, Contains("nothing breaks against v1"));

  const CheckReport breaking = check_offline(path("v3"), path("v1"), probe_options());
  CHECK_FALSE(breaking.passed);
  CHECK_THAT(breaking.text, Contains("rpc:rpc_add"));

  CHECK_THAT(check_offline(path("v9"), {}, probe_options()).text, Contains("FAIL"));
}

TEST_CASE("two modules of a release cannot both claim an RPC of clients", "[modules][check]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_v1", "other_claims"});

  CHECK_THAT(check_offline(folder.releases() / "v1", {}, probe_options()).text,
             Contains("rpc rpc_add is declared by counter and by other"));
}

TEST_CASE("the manifest written for a folder of modules reads back as the release",
          "[modules][release]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_v2"}, {"rpc:rpc_old"}, true);

  // Written anew, it keeps what was allowed before.
  const ReleaseWishes wishes{{}, {"rpc:rpc_older"}, false};
  REQUIRE(write_release_manifest(folder.releases() / "v1", "", wishes).ok());
  const Result<Release> release = read_release(folder.releases() / "v1");

  REQUIRE(release.ok());
  CHECK(release->name == "v1");
  CHECK(release->allows("rpc:rpc_old"));
  CHECK(release->allows("rpc:rpc_older"));
  CHECK(release->irreversible);
  const ReleaseModule& module = release->modules.at(0);
  CHECK(module.name == "counter");
  CHECK(module.sha256 == verified("counter_v2").sha256);
  CHECK(module.schemas.at("counter").writes == std::vector<std::uint32_t>{1, 2});
  CHECK(parse_release(print_release(*release)).ok());
  CHECK(list_releases(folder.releases()) == std::vector<std::string>{"v1"});
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
       "policy \"canary 100%\""}};
  for (const Case& one : cases) {
    INFO(one.json);
    const Result<Release> release = parse_release(one.json);
    REQUIRE_FALSE(release.ok());
    CHECK_THAT(release.error().detail, Contains(one.words));
  }
}

TEST_CASE("the transcoder goes between JSON and Protobuf by the module's own contract",
          "[modules][transcoder]") {
  const VerifiedModule module = verified("counter_v2");
  const auto transcoder = make_transcoder(*Descriptors::make(module.descriptor_set));

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
