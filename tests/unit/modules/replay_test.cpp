// Recordings of live entities, replayed in the probe by both versions.
#include <catch2/catch.hpp>

#include "rehearsal/match_replay.hpp"
#include "unit/modules/probe_fixture.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;

TEST_CASE("two versions that do the same do not diverge", "[modules][replay]") {
  const rehearsal::Verdict verdict =
      rehearse("counter_v2", {played("c1"), entity("c2"), played("bad1")});

  INFO(verdict.reason << verdict.output);
  REQUIRE(verdict.passed);
  const rehearsal::RehearsedKind& kind = verdict.kinds.at("counter");
  CHECK(kind.replayed == 2);
  CHECK(kind.replayed_messages == 4);
  CHECK(kind.diverged == 0);
  CHECK(verdict.divergences.empty());
}

TEST_CASE("the place where two versions diverge is reported, and is no reason to refuse",
          "[modules][replay]") {
  struct Case {
    const char* fixture;
    const char* words;
  };
  const Case cases[] = {
      {"adds_twice",
       "message 1 of 2 (rpc_add): reply: modified: value: 5 -> 6; "
       "the state in the end: modified: value: 7 -> 10"},
      {"fails_handle",
       "message 1 of 2 (rpc_add): fails with status 13, where the live version succeeds"},
      {"asks_more", "message 1 of 2 (rpc_add): the new version asks for a pause"}};
  for (const Case& one : cases) {
    INFO(one.fixture);
    const rehearsal::Verdict verdict =
        rehearse(one.fixture, {played("good"), played("bad1"), played("bad2")});

    CHECK(verdict.passed);
    CHECK(verdict.kinds.at("counter").diverged == 2);
    REQUIRE(verdict.divergences.size() == 2);
    CHECK(verdict.divergences[0].id.key == "bad1");
    CHECK(verdict.divergences[0].what == one.words);
  }
}

TEST_CASE("a crash in a replayed handler is a verdict", "[modules][replay]") {
  const rehearsal::Verdict verdict = rehearse("crash_handle", {played("good"), played("bad1")});

  CHECK_FALSE(verdict.passed);
  CHECK_THAT(verdict.reason, Contains("SIGSEGV in replay"));
  REQUIRE(verdict.entity.has_value());
  CHECK(verdict.entity->id.key == "bad1");
  CHECK(verdict.entity->recording.has_value());  // needed to reproduce the failure
}

TEST_CASE("what a replayed version throws in cancel() ends nothing", "[modules][replay]") {
  const rehearsal::Verdict verdict = rehearse("misbehaves", {played("throws in cancel")});

  INFO(verdict.reason << verdict.output);
  CHECK(verdict.passed);
  CHECK(verdict.kinds.at("counter").diverged == 1);
}

TEST_CASE("a recording the live version does not repeat is not held against the new one",
          "[modules][replay]") {
  ExportedEntity strange = played("c1");
  strange.recording->inputs.pop_back();

  const rehearsal::Verdict verdict = rehearse("counter_v2", {strange});

  CHECK(verdict.passed);
  CHECK(verdict.kinds.at("counter").replayed == 0);
  REQUIRE(verdict.divergences.size() == 1);
  CHECK_THAT(verdict.divergences[0].what,
             Contains("the live version does not reproduce its recording") && Contains("7 -> 5"));
}

TEST_CASE("a dumped match is played again, with a line for each message", "[modules][replay]") {
  const auto played_again = rehearsal::replay_match(played("c1"), fixture("counter_v1"));
  REQUIRE(played_again.ok());
  CHECK(played_again->difference.empty());
  REQUIRE(played_again->lines.size() == 2);
  CHECK_THAT(played_again->lines[1], Contains("   2  ") && Contains("rpc_add"));

  const auto otherwise = rehearsal::replay_match(played("bad1"), fixture("adds_twice"));
  REQUIRE(otherwise.ok());
  CHECK(otherwise->difference == "modified: value: 7 -> 10");

  const auto refused = rehearsal::replay_match(played("bad1"), fixture("fails_handle"));
  REQUIRE(refused.ok());
  CHECK(refused->difference == "message 2 of 2: the version fails");
  CHECK_THAT(refused->lines.back(), Contains("rpc_add: status 13"));

  const auto nothing = rehearsal::replay_match(entity("c1"), fixture("counter_v1"));
  CHECK_THAT(nothing.error().detail, Contains("dumped without messages"));
}

TEST_CASE("two versions play a dumped match, and the first difference is reported",
          "[modules][replay]") {
  const auto compared = [](const char* before, const char* after) {
    return rehearsal::compare_replays(
        played("bad1"), fixture(before), fixture(after), probe_options());
  };
  CHECK(*compared("counter_v1", "counter_v1") == "");
  CHECK(*compared("counter_v1", "counter_v2") == "");
  CHECK_THAT(*compared("counter_v1", "adds_twice"), Contains("value: 5 -> 6"));
  CHECK_THAT(*compared("counter_v1", "crash_handle"), Contains("SIGSEGV in replay"));
  CHECK_THAT(*compared("adds_twice", "adds_twice"), Contains("does not reproduce its recording"));
}
