// The stages of a swap on one thread: what is undone when one fails, and how a probation ends with
// time.
#include "swap/swap_machine.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "swap/first_release.hpp"
#include "unit/modules/fake_runtime.hpp"
#include "unit/modules/fixtures.hpp"

using namespace serai;
using namespace serai::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

// A machine on a fake runtime that serves v1 with one entity; v2 is published too.
struct MachineWorld {
  MachineWorld() {
    folder.publish("v1", {"counter_v1"});
    folder.publish("v2", {"counter_v2"});
    folder.flip("v1");
    options.release = folder.current();
    options.probe = probe_options();
    swap::FirstRelease first(stages, serving, options, Log());
    REQUIRE(first.install().ok());
    runtime.make_entity("counter", "c1");
    runtime.set_figures("1.0.0", 1000, 1);
  }
  ~MachineWorld() { closed->silence(); }

  swap::Swap make_swap(const std::string& release, bool dry_run = false) {
    swap::Swap swap;
    swap.release = release::read_release(folder.releases() / release).value();
    const std::string& from = serving.live().release;
    swap.report =
        dry_run ? journal.open_dry_run(from, release, "test") : journal.open(from, release, "test");
    return swap;
  }
  Result<> swap(const std::string& release) { return machine.begin(make_swap(release)); }
  void pass(std::chrono::milliseconds time) {
    clock.advance_ms(time.count());
    machine.check_probation();
  }
  std::string fact(const char* name, const char* member) const {
    const auto json = nlohmann::json::parse(store.fact_now(name));
    return json.at(member).get<std::string>();
  }
  const swap::SwapReport& last() { return journal.newest(); }

  ReleaseFolder folder;
  swap::SwapOptions options = [this] {
    swap::SwapOptions made;
    made.data = folder.data();  // before the stages take it
    return made;
  }();
  ManualClock clock;
  FakeStore store;
  FakeRuntime runtime;
  Inbox inbox;
  std::shared_ptr<swap::ClosedCode> closed =
      std::make_shared<swap::ClosedCode>(Log(), no_metrics());
  swap::StoreReader reader{store, store, clock, inbox, [] { return false; }};
  swap::Serving serving{reader, options, Log()};
  swap::SwapJournal journal{{clock, Log(), no_metrics(), {}, [] {}}};
  swap::SwapStages stages{{runtime, reader, options, closed, [] { return false; }, Log()}};
  swap::SwapMachine machine{
      {runtime, stages, serving, journal, clock, Log(), no_metrics(), options}};
};

std::vector<swap::Stage> stages_of(const swap::SwapReport& report) {
  std::vector<swap::Stage> out;
  for (const swap::StageReport& one : report.stages) out.push_back(one.stage);
  return out;
}

}  // namespace

TEST_CASE("a release settles when its probation is over, and not before", "[modules][machine]") {
  MachineWorld world;
  REQUIRE(world.swap("v2").ok());

  world.pass(29'999ms);
  CHECK(world.machine.is_on_probation());
  CHECK(world.fact("committed", "release") == "v1");
  world.pass(1ms);

  CHECK_FALSE(world.machine.is_on_probation());
  CHECK(world.fact("committed", "release") == "v2");
  CHECK(world.last().outcome == swap::SwapOutcome::settled);
  CHECK(stages_of(world.last()) == std::vector<swap::Stage>{swap::Stage::verify,
                                                            swap::Stage::contract,
                                                            swap::Stage::rehearse,
                                                            swap::Stage::load,
                                                            swap::Stage::commit,
                                                            swap::Stage::probation,
                                                            swap::Stage::settle});
  CHECK(world.last().stages.at(5).took_us == 30'000'000);
}

TEST_CASE(
    "a probation looks at the figures once in each sample, and goes back at the first bad one",
    "[modules][machine]") {
  MachineWorld world;
  REQUIRE(world.swap("v2").ok());
  world.pass(0ms);
  world.runtime.set_figures("1.1.0", 100, 30);

  world.pass(249ms);
  CHECK(world.machine.is_on_probation());
  world.pass(1ms);

  CHECK(world.last().outcome == swap::SwapOutcome::rolled_back);
  CHECK_THAT(world.last().reason, Contains("30 of 100 calls failed"));
  CHECK(world.last().stages.back().stage == swap::Stage::rollback);
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK(world.serving.live().release == "v1");
  CHECK(world.fact("attempted", "outcome") == "rolled_back");
}

TEST_CASE("a bad release that cannot go back is tried again when its probation ends",
          "[modules][machine]") {
  MachineWorld world;
  REQUIRE(world.swap("v2").ok());
  world.runtime.fail_next_switch("an effect lives");
  world.runtime.set_figures("1.1.0", 100, 30);

  world.pass(0ms);
  CHECK(world.machine.is_on_probation());
  CHECK_THAT(world.machine.swap()->report.reason, Contains("an effect lives"));
  world.pass(29'000ms);
  CHECK(world.machine.is_on_probation());
  world.pass(1'000ms);

  CHECK(world.last().outcome == swap::SwapOutcome::rolled_back);
  CHECK_THAT(world.last().reason, Contains("30 of 100 calls failed"));
  CHECK(world.runtime.version_of("counter") == "1.0.0");
}

TEST_CASE("with storage down at the end of a probation the release serves on and settles later",
          "[modules][machine]") {
  MachineWorld world;
  REQUIRE(world.swap("v2").ok());
  world.store.set_down(true);

  world.pass(30'000ms);
  world.pass(1'000ms);

  CHECK(world.machine.is_on_probation());
  CHECK(world.runtime.version_of("counter") == "1.1.0");
  CHECK(world.fact("committed", "release") == "v1");
  CHECK(world.journal.reports().empty());
  CHECK(stages_of(world.machine.swap()->report).back() == swap::Stage::probation);

  world.store.set_down(false);
  world.pass(999ms);
  CHECK(world.machine.is_on_probation());
  world.pass(1ms);
  CHECK(world.last().outcome == swap::SwapOutcome::settled);
  CHECK(world.fact("committed", "release") == "v2");
  CHECK_THAT(world.store.fact_now("attempted"), !Contains("v2"));
}

TEST_CASE("a release that turns bad while storage keeps it from settling still goes back",
          "[modules][machine]") {
  MachineWorld world;
  REQUIRE(world.swap("v2").ok());
  world.store.set_down(true);
  world.pass(30'000ms);
  world.runtime.set_figures("1.1.0", 100, 30);

  world.pass(1'000ms);

  CHECK(world.last().outcome == swap::SwapOutcome::rolled_back);
  CHECK(world.runtime.version_of("counter") == "1.0.0");
}

TEST_CASE("a dry run ends before the first fact is written", "[modules][machine]") {
  MachineWorld world;

  REQUIRE(world.machine.begin(world.make_swap("v2", true)).ok());
  const swap::Swap tried = world.machine.take_dry_run();

  CHECK(stages_of(tried.report) == std::vector<swap::Stage>{swap::Stage::verify,
                                                            swap::Stage::contract,
                                                            swap::Stage::rehearse});
  CHECK(world.store.fact_now("attempted").empty());
  CHECK(world.journal.reports().empty());
  CHECK(world.machine.swap() == nullptr);
  CHECK(world.runtime.switches() == 0);
}

TEST_CASE("a stage that fails has those before it undone", "[modules][machine]") {
  MachineWorld world;
  swap::Stage last = swap::Stage::verify;
  std::string outcome;
  SECTION("its code does not open") {
    world.folder.publish("v3", {"refuses_open"});
    last = swap::Stage::rehearse;
    outcome = "refused";
  }
  SECTION("its entities do not move") {
    world.folder.publish("v3", {"counter_v2"});
    world.runtime.fail_next_switch("counter c1: no");
    last = swap::Stage::commit;
    outcome = "refused";
  }
  SECTION("its contract breaks") {
    world.folder.publish("v3", {"rpc_gone"});
    last = swap::Stage::contract;
  }

  REQUIRE_FALSE(world.swap("v3").ok());

  CHECK(world.last().outcome == swap::SwapOutcome::refused);
  CHECK(world.last().stages.back().stage == last);
  CHECK(world.serving.live().release == "v1");
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  const std::string attempted = world.store.fact_now("attempted");
  CHECK((attempted.empty() ? "" : world.fact("attempted", "outcome")) == outcome);
  REQUIRE(world.swap("v2").ok());  // the next swap is not affected
}

TEST_CASE("an interrupted probation is no mark against the release", "[modules][machine]") {
  MachineWorld world;
  REQUIRE(world.swap("v2").ok());

  REQUIRE(world.machine.roll_back("the host stopped", swap::AttemptOutcome::interrupted));

  CHECK(world.fact("attempted", "outcome") == "interrupted");
  CHECK(world.runtime.version_of("counter") == "1.0.0");
}
