#include <catch2/catch.hpp>
#include <chrono>

#include "unit/modules/probe_fixture.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;

TEST_CASE("the probe translates every entity and translates it back", "[modules][probe]") {
  std::vector<ExportedEntity> entities;
  for (int i = 0; i < 2000; ++i) entities.push_back(entity("c" + std::to_string(i)));

  const rehearsal::Verdict verdict = rehearse("counter_v2", entities);

  INFO(verdict.reason << "\n" << verdict.output);
  CHECK(verdict.passed);
  CHECK(verdict.entities == 2000);
}

TEST_CASE("a crash in import is a verdict with the signal, the entity and a backtrace",
          "[modules][probe]") {
  const rehearsal::Verdict verdict =
      rehearse("crash_import", {entity("good"), entity("bad1"), entity("c3")});

  CHECK_FALSE(verdict.passed);
  CHECK_THAT(verdict.reason, Contains("SIGSEGV in import"));
  REQUIRE(verdict.entity.has_value());
  CHECK(verdict.entity->id.key == "bad1");
  CHECK(verdict.entity->state == counter("bad1", 7));
  CHECK_THAT(verdict.output, Contains("crash_import.so"));
  CHECK(verdict.entities == 1);
}

TEST_CASE("a version that throws in close() can be left for another", "[modules][probe]") {
  const rehearsal::Verdict verdict =
      rehearse("counter_v2", {entity("good")}, probe_options(), {}, "throws_close");

  INFO(verdict.reason << "\n" << verdict.output);
  CHECK(verdict.passed);
}

TEST_CASE("a hang in import is a verdict after the time allowed", "[modules][probe]") {
  rehearsal::ProbeOptions options = probe_options();
  options.silence_max = std::chrono::seconds(2);  // the probe starts faster, even on a busy machine

  const rehearsal::Verdict verdict =
      rehearse("hang_import", {entity("good"), entity("bad")}, options);

  CHECK_FALSE(verdict.passed);
  CHECK_THAT(verdict.reason, Contains("hangs"));
  CHECK_THAT(verdict.output, Contains("hang_import.so"));  // the backtrace
  REQUIRE(verdict.entity.has_value());
  CHECK(verdict.entity->id.key == "bad");
}

TEST_CASE("a host that is slow to feed is not taken for a probe that hangs", "[modules][probe]") {
  rehearsal::ProbeOptions options = probe_options();
  options.silence_max = std::chrono::seconds(2);
  rehearsal::ProbePlan plan;
  plan.new_file = fixture("counter_v2");
  Result<std::unique_ptr<rehearsal::Probe>> probe = rehearsal::Probe::start(plan, options);
  REQUIRE(probe.ok());
  REQUIRE((*probe)->feed(entity("c1")));

  rehearse("hang_import", {entity("bad")}, options);  // takes all that time, as with a slow store

  CHECK((*probe)->feed(entity("c2")));
  const rehearsal::Verdict verdict = (*probe)->finish();
  INFO(verdict.reason);
  CHECK(verdict.passed);
}

TEST_CASE("a refusal to import carries the module's own words", "[modules][probe]") {
  const rehearsal::Verdict verdict = rehearse("refuse_import", {entity("bad")});

  CHECK_THAT(verdict.reason, Contains("import: ") && Contains("no room for this one"));
  REQUIRE(verdict.entity.has_value());
}

TEST_CASE("an import that throws is a verdict with what was thrown", "[modules][probe]") {
  const rehearsal::Verdict verdict = rehearse("throws_import", {entity("good"), entity("bad1")});

  CHECK_FALSE(verdict.passed);
  CHECK_THAT(verdict.reason, Contains("threw: thrown on purpose"));
  REQUIRE(verdict.entity.has_value());
  CHECK(verdict.entity->id.key == "bad1");
}

TEST_CASE("faults of a module without any entity are found as well", "[modules][probe]") {
  struct Case {
    const char* fixture;
    const char* words;
  };
  const Case cases[] = {{"self_test", "two and two are five"},
                        {"crash_self_test", "SIGABRT in self-test"},
                        {"refuses_open", "open() returned status 9"},
                        {"throws_open", "open() threw: thrown on purpose"},
                        {"throws_self_test", "self_test() threw: thrown on purpose"},
                        {"unresolved", "undefined symbol: nobody_has_this"},
                        {"entry_major", "ABI 9.0"},
                        {"other_manifest", "not the text in .serai.manifest"},
                        {"garbage_export", "not a fix.Counter"}};
  for (const Case& one : cases) {
    INFO(one.fixture);
    const rehearsal::Verdict verdict = rehearse(one.fixture, {});
    CHECK_FALSE(verdict.passed);
    CHECK_THAT(verdict.reason, Contains(one.words));
    CHECK_FALSE(verdict.entity.has_value());
  }
}

TEST_CASE("state lost in translating and translating back is refused, unless that is allowed",
          "[modules][probe]") {
  CHECK_THAT(rehearse("loses_state", {entity("c1")}).reason, Contains("differs"));
  CHECK(rehearse("loses_state", {entity("c1")}, probe_options(), {"roundtrip:counter"}).passed);
}

TEST_CASE("a stored state the new version cannot read is refused", "[modules][probe]") {
  ExportedEntity stored = entity("c1", 3);
  stored.live = false;

  const rehearsal::Verdict verdict = rehearse("counter_v2", {stored});

  CHECK_THAT(verdict.reason, Contains("the state is in schema 3"));
}

TEST_CASE("on the way down a stored state is handed over by the version that can read it",
          "[modules][probe]") {
  ExportedEntity stored = entity("c1", 2);
  stored.live = false;

  const rehearsal::Verdict verdict =
      rehearse("counter_v1", {stored}, probe_options(), {}, "counter_v2");

  INFO(verdict.reason);
  CHECK(verdict.passed);
}

#if !defined(SERAI_SANITIZE)  // under a sanitizer the address space is not limited
TEST_CASE("a module that hoards memory is refused for it", "[modules][probe]") {
  const rehearsal::Verdict verdict = rehearse("hoards_in_import", {entity("good"), entity("bad1")});

  CHECK_THAT(verdict.reason, Contains("used up the memory"));
  REQUIRE(verdict.entity.has_value());
  CHECK(verdict.entity->id.key == "bad1");
}
#endif

TEST_CASE("a probe that cannot be started is an error, one that is no probe a verdict",
          "[modules][probe]") {
  rehearsal::ProbePlan plan;
  plan.new_file = fixture("counter_v1");
  rehearsal::ProbeOptions options = probe_options();
  options.program = "/nowhere/host";
  CHECK(rehearsal::Probe::start(plan, options).error().code == Errc::internal);

  options.program = "/bin/true";
  Result<std::unique_ptr<rehearsal::Probe>> probe = rehearsal::Probe::start(plan, options);
  REQUIRE(probe.ok());
  CHECK_THAT((*probe)->finish().reason, Contains("ended by itself"));
}
