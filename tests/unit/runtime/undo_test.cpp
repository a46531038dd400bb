// What a handler has answered stays, whatever the host had answered the handler and whatever fails
// on its entity later: a failure replays what came before it, and each run must come out the same.
#include <catch2/catch.hpp>

#include "unit/runtime/fixture.hpp"

using serai::Error, serai::Errc, serai::MatchId, serai::abi::MovePolicy, serai::Result, serai::Uuid;
using serai::testing::kAnn, serai::testing::player, serai::testing::World;

namespace {

struct Undone {
  World world;

  explicit Undone(const serai::runtime::RuntimeLimits& limits = {}) : world(1, false) {
    world.limits = limits;
    world.build();
    world.begin();
  }
  std::string attempt(const std::string& what) { return world.rpc("try", what, kAnn); }
  // The number, before and after a handler of the entity has failed.
  std::string number() { return world.rpc("add", "0", kAnn); }
  std::string number_after_failure() {
    CHECK(world.rpc("spoil", "", kAnn) == "!13 spoiled");
    return number();
  }
  bool has_logged(std::string_view event) const {
    return std::ranges::any_of(world.log.lines,
                               [&](const std::string& line) { return line.starts_with(event); });
  }
};

// Knows messages of any name; refuses to translate "bad".
struct PickyTranscoder final : serai::abi::Transcoder {
  Result<std::string> to_wire(std::string_view, std::string_view json) const override {
    return std::string(json);
  }
  Result<std::string> to_json(std::string_view, std::string_view wire) const override {
    if (wire == "bad") return Error{Errc::invalid_argument, "is bad"};
    return std::string(wire);
  }
  std::string field(std::string_view, std::string_view, std::string_view) const override {
    return {};
  }
};

}  // namespace

TEST_CASE("what was acknowledged after a refusal by the host outlives a failure",
          "[runtime][undo]") {
  struct Case {
    const char* what;
    const char* number;  // 10, and the status of the refusal
  };
  for (const auto& [what, number] : {Case{"call absent", "15"},
                                     Case{"itself", "19"},
                                     Case{"send absent", "15"},
                                     Case{"ring absent", "15"},
                                     Case{"config step", "15"}}) {
    INFO(what);
    Undone undone;
    undone.world.rpc("add", "10", kAnn);
    CHECK(undone.attempt(what) == number);
    CHECK(undone.number_after_failure() == number);
    CHECK_FALSE(undone.has_logged("entity.not_restored"));
  }
}

TEST_CASE("what was acknowledged after a bound was reached outlives a failure", "[runtime][undo]") {
  for (const char* what : {"send svc_add", "set 1", "cancel 1", "notify"}) {
    INFO(what);
    Undone undone({.run_effects = 0});
    undone.world.rpc("add", "10", kAnn);
    CHECK(undone.attempt(what) == "18");
    CHECK(undone.number_after_failure() == "18");
  }
}

TEST_CASE("a timer refused for want of room stays refused in a replay", "[runtime][undo]") {
  Undone undone({.entity_timers = 1});
  CHECK(undone.attempt("set 1") == "0");
  CHECK(undone.attempt("set 2") == "8");
  CHECK(undone.attempt("cancel 1") == "8");  // there would be room now

  CHECK(undone.number_after_failure() == "8");
}

TEST_CASE("a timer that had room has it in a replay", "[runtime][undo]") {
  Undone undone({.entity_timers = 1});
  CHECK(undone.attempt("set 1") == "0");
  CHECK(undone.attempt("cancel 1") == "0");
  CHECK(undone.attempt("set 2") == "0");  // now there is none for timer 1

  CHECK(undone.number_after_failure() == "0");
}

TEST_CASE("a message that had a receiver has one in a replay", "[runtime][undo]") {
  Undone undone;
  CHECK(undone.attempt("send svc_add") == "0");
  // The entity stays with its version; the handler it sent to has gone.
  REQUIRE(
      undone.world.swap_to(2, {serai::abi::MovePolicy::Kind::drain}, {}, [](std::string& manifest) {
        for (std::size_t at; (at = manifest.find("svc_add")) != std::string::npos;) {
          manifest.replace(at, 7, "svc_sum");
        }
      }));
  CHECK(undone.number_after_failure() == "0");
}

TEST_CASE("a setting is read in a replay as it was", "[runtime][undo]") {
  Undone undone;
  undone.world.config.values["step"] = "3";
  CHECK(undone.attempt("config step") == "3");
  undone.world.config.values["step"] = "40";

  CHECK(undone.number_after_failure() == "3");
}

TEST_CASE("a notification draws the same dice in a replay", "[runtime][undo]") {
  Undone undone;
  CHECK(undone.attempt("notify") == "0");
  const std::string rolled = undone.world.rpc("dice", "", kAnn);

  CHECK(undone.number_after_failure() == rolled);
}

TEST_CASE("an answer that was waited for is not asked for again", "[runtime][undo]") {
  Undone undone;
  undone.world.rpc("add", "10", kAnn);
  const std::string answered = undone.attempt("call svc_add");
  CHECK(answered == "11");

  CHECK(undone.number_after_failure() == answered);
  CHECK(undone.world.rpc("relay", "somebody svc_add", player(2)) == "10");  // called once before
}

TEST_CASE("a broadcast that was refused stays refused in a replay", "[runtime][undo]") {
  World world(1, false);
  world.build();
  std::vector<std::unique_ptr<serai::abi::Generation>> modules;
  modules.push_back(serai::testing::make_counter_module(1, 1, {}, {}, [](std::string& manifest) {
    manifest.insert(manifest.find(R"("config":)"),
                    R"("events":[{"op":13,"name":"raw","message":"x.Raw"}],)");
  }));
  modules.back()->transcoder = std::make_unique<PickyTranscoder>();
  REQUIRE(world.runtime->install(std::move(modules)));
  REQUIRE(world.runtime->start());
  const MatchId match{world.rpc("open", "", kAnn), "arena"};
  const auto join = [&](const char* name) {
    const serai::Presence who{kAnn, Uuid::from_random(std::string_view(name).size(), 5), name, 0};
    world.on(0, [&] { world.runtime->match_join({match, who, {}}, [](const auto&) {}); });
    return who;
  };
  const serai::Presence ann = join("ann");
  world.on(0, [&] { world.runtime->match_data({match, ann, 2, "bad"}); });
  join("mallory");  // refused: what came before is replayed
  world.on(0, [&] { world.runtime->match_data({match, ann, 1, "x"}); });

  // One for each message, and the status of the refusal.
  REQUIRE_FALSE(world.streams.sent.empty());
  CHECK(world.streams.sent.back().data == "5");
}
