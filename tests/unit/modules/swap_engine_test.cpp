#include "swap/swap_engine.hpp"

#include <fstream>
#include <thread>

#include "base/file_io.hpp"
#include "unit/modules/swap_world.hpp"

using namespace serai;
using namespace serai::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Json = nlohmann::json;

TEST_CASE("the first start installs the release and commits it", "[modules][swap]") {
  SwapWorld world;
  world.folder.publish("v1", {"counter_v1", "other_v1"});
  world.folder.flip("v1");

  const Result<> started = world.start();

  INFO((started ? "" : started.error().detail));
  REQUIRE(started.ok());
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK(world.runtime.version_of("other") == "1.0.0");
  CHECK(world.committed() == "v1");
  CHECK(world.status().at("release") == "v1");
  const Json listed = Json::parse(world.engine->releases());
  CHECK(listed.at("releases").at(0).at("live") == true);
  CHECK(listed.at("folder") == std::filesystem::canonical(world.folder.releases()).string());
}

TEST_CASE("a release that cannot be served says exactly why", "[modules][swap]") {
  SwapWorld world;
  CHECK(world.start().error().code == Errc::not_found);

  world.folder.publish("v1", {"counter_v1"});
  world.folder.flip("v1");
  std::ofstream(world.folder.releases() / "v1" / "counter_v1.so", std::ios::app) << "x";
  CHECK_THAT(world.start().error().detail, Contains("release.sha256"));

  world.store.set_down(true);
  CHECK(world.start().error().code == Errc::unavailable);
}

TEST_CASE("flipping the link swaps, with every stage on the record", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  const std::string before = world.runtime.state_of("c1");

  world.folder.flip("v2");
  const swap::SwapReport report = world.watcher.await(swap::SwapOutcome::probation);

  CHECK(world.runtime.version_of("counter") == "1.1.0");
  CHECK(world.runtime.state_of("c1") == before + "\x18\x05");
  CHECK(world.committed() == "v1");
  std::vector<swap::Stage> stages;
  for (const swap::StageReport& stage : report.stages) stages.push_back(stage.stage);
  CHECK(stages == std::vector<swap::Stage>{swap::Stage::verify,
                                           swap::Stage::contract,
                                           swap::Stage::rehearse,
                                           swap::Stage::load,
                                           swap::Stage::commit,
                                           swap::Stage::probation});
  CHECK(report.rehearsed == 1);
  CHECK(report.moved.entities_moved == 1);
  CHECK(report.trigger == "watch");
}

TEST_CASE("after the probation the committed release moves and the old code is unmapped",
          "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  const std::string old_build = world.status().at("modules").at(0).at("build_id");
  world.folder.publish("v2", {"counter_v2"});

  world.folder.flip("v2");
  world.watcher.await(swap::SwapOutcome::probation);
  world.end_probation();
  const swap::SwapReport report = world.watcher.await(swap::SwapOutcome::settled);

  CHECK(world.committed() == "v2");
  CHECK(report.stages.back().stage == swap::Stage::settle);
  CHECK(report.stages.back().detail == "former code is unmapped");
  std::ifstream maps("/proc/self/maps");
  const std::string all((std::istreambuf_iterator<char>(maps)), std::istreambuf_iterator<char>());
  CHECK_THAT(all, !Contains("counter-" + old_build.substr(0, 16)));
  CHECK(world.status().at("still_mapped_after_close").empty());
}

TEST_CASE("flipping back during the probation goes back with everything acknowledged",
          "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  world.folder.flip("v2");
  world.watcher.await(swap::SwapOutcome::probation);
  world.runtime.make_entity("counter", "made-under-v2");

  world.folder.flip("v1");
  const swap::SwapReport report = world.watcher.await(swap::SwapOutcome::rolled_back);

  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK_THAT(world.runtime.state_of("made-under-v2"), Contains("made-under-v2"));
  CHECK(report.to == "v2");
  CHECK_THAT(report.reason, Contains("asked for again"));
  CHECK(world.committed() == "v1");
}

TEST_CASE("a release that fails more than the last one is rolled back by itself",
          "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.runtime.set_figures("1.0.0", 1000, 1);
  world.folder.publish("v2", {"counter_v2"});
  world.folder.flip("v2");
  world.watcher.await(swap::SwapOutcome::probation);

  world.runtime.set_figures("1.1.0", 100, 30);
  world.pass(world.options.probation_sample);
  const swap::SwapReport report = world.watcher.await(swap::SwapOutcome::rolled_back);

  CHECK_THAT(report.reason, Contains("30 of 100 calls failed (30.0 %, before the swap 0.1 %)"));
  CHECK(world.runtime.version_of("counter") == "1.0.0");
}

TEST_CASE("a way back that failed is tried again when it is asked for again", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  world.runtime.fail_next_switch("an effect lives");

  const auto first = world.engine->rollback();
  REQUIRE_FALSE(first.ok());
  CHECK_THAT(first.error().detail, Contains("an effect lives"));
  CHECK(world.runtime.version_of("counter") == "1.1.0");

  CHECK(world.engine->rollback().ok());
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK(world.watcher.await(swap::SwapOutcome::rolled_back).reason == "asked for by an operator");
}

TEST_CASE("a refused release leaves no trace, and its entity's bytes are kept", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.runtime.make_entity("counter", "bad-one");
  const std::string before = world.runtime.state_of("bad-one");
  const Json served = world.status();
  world.folder.publish("v2", {"crash_import"});

  const Result<std::string> answer = world.engine->swap("v2");

  REQUIRE_FALSE(answer.ok());
  CHECK_THAT(answer.error().detail,
             Contains("SIGSEGV in import") && Contains("entity counter bad-one"));
  CHECK(world.runtime.switches() == 0);
  CHECK(world.runtime.state_of("bad-one") == before);
  CHECK(world.committed() == "v1");
  for (const char* fact : {"release", "committed", "current", "state", "modules", "queued"}) {
    CHECK(world.status().at(fact) == served.at(fact));
  }
  const Json refused = world.status().at("history").at(0);
  CHECK(refused.at("outcome") == "refused");
  const std::filesystem::path kept = refused.at("kept").get<std::string>();
  CHECK(read_file(kept / "state.bin", 100).value() == before);
}

TEST_CASE("what cannot be loaded, breaks a contract or fails to import at last is refused",
          "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  struct Case {
    const char* fixture;
    const char* words;
  };
  const Case cases[] = {{"rpc_gone", "rpc:rpc_add"},
                        {"reads_only_new", "kind:counter.schema"},
                        {"refuses_open", "open() returned status 9"}};
  int number = 2;
  for (const Case& one : cases) {
    INFO(one.fixture);
    const std::string release = "v" + std::to_string(number++);
    world.folder.publish(release, {one.fixture});
    CHECK_THAT(world.engine->swap(release).error().detail, Contains(one.words));
    CHECK(world.runtime.version_of("counter") == "1.0.0");
  }

  world.folder.publish("v9", {"counter_v2"});
  world.runtime.fail_next_switch("counter c1: no");
  CHECK_THAT(world.engine->swap("v9").error().detail, Contains("all entities are back"));
  CHECK_THAT(world.store.fact_now("attempted"), Contains("refused"));
  CHECK_THAT(world.engine->swap("../v9").error().detail, Contains("not the name of a release"));
  CHECK(world.engine->swap("v99").error().code == Errc::not_found);
}

TEST_CASE("a release leaving out a running module is refused; a new module is welcome",
          "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"other_v1"});
  CHECK_THAT(world.engine->swap("v2").error().detail, Contains("release.missing"));

  world.folder.publish("v3", {"counter_v1", "other_v1"});
  const Result<std::string> answer = world.engine->swap("v3");

  REQUIRE(answer.ok());
  CHECK(Json::parse(*answer).at("modules").size() == 1);
  CHECK(world.runtime.version_of("other") == "1.0.0");
}

TEST_CASE("a release that the module files do not fit is refused before it is loaded",
          "[modules][swap]") {
  SwapWorld world;
  bool fits = true;
  std::vector<std::string> asked;
  world.check_settings = [&](const swap::SwapStages::Settings& declared) -> Result<> {
    for (const auto& [module, settings] : declared) asked.push_back(module);
    if (fits) return success();
    return Error{Errc::invalid_argument, "counter.json:1: unknown key \"x\""};
  };
  world.start_v1();
  world.folder.publish("v2", {"counter_v2", "other_v1"});
  fits = false;

  const Result<std::string> refused = world.engine->swap("v2");

  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::failed_precondition);
  CHECK(refused.error().detail == "counter.json:1: unknown key \"x\"");
  CHECK(asked == std::vector<std::string>{"counter", "other"});
  CHECK(world.watcher.await(swap::SwapOutcome::refused).stages.back().stage ==
        swap::Stage::contract);
  CHECK(world.runtime.switches() == 0);

  fits = true;
  REQUIRE(world.engine->swap("v2").ok());
}

TEST_CASE("a way back does not wait for the module files", "[modules][swap]") {
  SwapWorld world;
  bool fits = true;
  world.check_settings = [&](const swap::SwapStages::Settings&) -> Result<> {
    return fits ? success() : Result<>(Errc::invalid_argument, "counter.json:1: unknown key");
  };
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  world.end_probation();
  world.watcher.await(swap::SwapOutcome::settled);
  fits = false;

  REQUIRE(world.engine->rollback().ok());

  CHECK(world.runtime.version_of("counter") == "1.0.0");
  world.log.await("config.wrong");
}

TEST_CASE("stored entities are rehearsed too", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.store.put_stored({{"counter", "bad-stored"}, 1, "1.0.0", "\x0a\x01z", ""});
  world.folder.publish("v2", {"refuse_import"});

  CHECK_THAT(world.engine->swap("v2").error().detail,
             Contains("no room for this one") && Contains("bad-stored, schema 1, stored"));
}

TEST_CASE("a swap by name moves the link; a rollback moves it back", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});

  REQUIRE(world.engine->swap("v2").ok());
  CHECK(std::filesystem::read_symlink(world.folder.current()) == "v2");
  const Result<std::string> back = world.engine->rollback();

  REQUIRE(back.ok());
  CHECK(Json::parse(*back).at("outcome") == "rolled_back");
  CHECK(std::filesystem::read_symlink(world.folder.current()) == "v1");
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK(world.engine->rollback().error().code == Errc::failed_precondition);
}

TEST_CASE("after settling, a rollback is a swap to the former release", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  world.end_probation();
  world.watcher.await(swap::SwapOutcome::settled);

  const Result<std::string> back = world.engine->rollback();

  INFO((back ? *back : back.error().detail));
  REQUIRE(back.ok());
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK(world.engine->release() == "v1");
}

TEST_CASE("a swap asked for before the host serves waits until it does", "[modules][swap]") {
  SwapWorld world;
  world.folder.publish("v1", {"counter_v1"});
  world.folder.publish("v2", {"counter_v2"});
  world.folder.flip("v1");
  world.engine = std::make_unique<swap::SwapEngine>(world.parts(Log()), world.options);
  REQUIRE(world.engine->start().ok());
  world.folder.flip("v2");
  world.engine->request_reload("test");
  world.await_queued();
  CHECK(world.runtime.switches() == 0);

  world.engine->serve();

  CHECK(world.watcher.await(swap::SwapOutcome::probation).to == "v2");
}

TEST_CASE("a third release waits for the end of a probation", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  world.folder.publish("v3", {"counter_v2", "other_v1"});
  REQUIRE(world.engine->swap("v2").ok());

  bool third = false;
  std::thread asker([&] { third = world.engine->swap("v3").ok(); });
  world.await_queued();
  CHECK(world.status().at("release") == "v2");
  world.pass_now(world.options.probation);

  asker.join();
  REQUIRE(third);
  CHECK(world.watcher.await(swap::SwapOutcome::settled).to == "v2");
  CHECK(world.runtime.version_of("other") == "1.0.0");
}

TEST_CASE("overwriting and deleting what runs hurts nobody", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  const auto file = world.folder.releases() / "v1" / "counter_v1.so";
  std::ofstream(file, std::ios::trunc) << "not a library";
  std::filesystem::remove_all(world.folder.releases() / "v1");

  world.runtime.make_entity("counter", "c2");
  world.folder.publish("v2", {"counter_v2"});

  CHECK(world.engine->swap("v2").ok());
  CHECK_THAT(world.runtime.state_of("c2"), Contains("c2"));
}

TEST_CASE("without storage a swap is refused with a clear word", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  world.store.set_down(true);

  CHECK_THAT(world.engine->swap("v2").error().detail, Contains("the database is gone"));
  CHECK(world.runtime.version_of("counter") == "1.0.0");

  world.store.set_down(false);
  CHECK(world.engine->swap("v2").ok());
}

TEST_CASE("with storage down a release still goes back, and a restart does not try it again",
          "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.runtime.set_figures("1.0.0", 1000, 1);
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());

  world.store.set_down(true);
  world.runtime.set_figures("1.1.0", 100, 30);
  world.pass(world.options.probation_sample);
  world.watcher.await(swap::SwapOutcome::rolled_back);
  world.log.await("release.attempt_not_noted");
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK(world.committed() == "v1");

  SwapWorld after;  // stands for another process, with the same facts and folders
  after.options.release = world.options.release;
  after.store.copy_facts(world.store);
  REQUIRE(after.start().ok());
  CHECK(after.runtime.version_of("counter") == "1.0.0");
  CHECK_THAT(after.status().at("note").get<std::string>(), Contains("v2 was on probation"));

  world.store.set_down(false);
  world.runtime.set_figures("1.1.0", 0, 0);
  CHECK(world.engine->swap("v2").ok());
}

TEST_CASE("an irreversible release needs no way back and gets none", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"no_way_back"}, {}, true);

  REQUIRE(world.engine->swap("v2").ok());

  CHECK(world.watcher.await(swap::SwapOutcome::settled).to == "v2");
  CHECK(world.committed() == "v2");
}

TEST_CASE("a link to nowhere, or to half a release, is refused and the host serves on",
          "[modules][swap]") {
  SwapWorld world;
  world.start_v1();

  world.folder.flip("nowhere");
  CHECK(world.watcher.await(swap::SwapOutcome::refused).to == "current");
  std::filesystem::create_directories(world.folder.releases() / "half");
  world.folder.flip("half");
  CHECK_THAT(world.watcher.await(swap::SwapOutcome::refused, 2).reason, Contains("manifest.json"));

  CHECK(world.runtime.version_of("counter") == "1.0.0");
  world.folder.publish("v2", {"counter_v2"});
  world.folder.flip("v2");
  CHECK(world.watcher.await(swap::SwapOutcome::probation).to == "v2");
}

TEST_CASE("a host that stops does not wait for a rehearsal that hangs", "[modules][swap]") {
  SwapWorld world;
  world.options.probe.silence_max = 10min;
  world.start_v1();
  world.runtime.make_entity("counter", "bad-one");
  world.folder.publish("v2", {"hang_import"});
  world.folder.flip("v2");
  world.watcher.await_stage(swap::Stage::rehearse);

  world.engine->stop();

  CHECK(world.watcher.await(swap::SwapOutcome::refused).reason == "the host is stopping");
  CHECK(world.runtime.version_of("counter") == "1.0.0");
}
