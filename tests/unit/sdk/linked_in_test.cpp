// A module linked into its test through serai::entry_of, and the context's smaller verbs.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <stdexcept>

#include "camp.pb.h"
#include "serai/module.hpp"
#include "serai/testing/fake_match.hpp"

using namespace std::chrono_literals;
using namespace serai::testing;
using serai::Match;
using serai::Player;
using serai::Status;

namespace den {

using camp::Camp, camp::Lit, camp::Light, camp::Nothing;
constexpr serai::Event<Lit> kSeen{7, "seen"};
constexpr serai::Timer<Light> kChime{"chime"};
constexpr serai::Timer<Light> kKnell{"knell"};
constexpr serai::Timer<Light> kNoTimer{"no_such_timer"};
constexpr serai::Call<Nothing, Lit> kDraw{"den", "svc_draw"};
constexpr serai::Call<Light> kTold{"den", "svc_told"};
constexpr serai::Call<Nothing, Nothing> kLate{"den", "svc_late"};
constexpr serai::Call<Nothing, Nothing> kAstray{"den", "svc_astray"};
constexpr serai::Call<Nothing, Nothing> kNobodys{"lair", "svc_told"};

constexpr serai::Setting kColour{"den.colour", std::string_view("none")};
constexpr serai::Setting kSize{"den.size", 3};
constexpr serai::Setting kOpen{"den.open", false};
constexpr serai::Setting kUndeclared{"den.smell", 0};

void on_join(Camp& den, const Player& player) { den.add_sessions(player.session_id); }

// Does one thing per number; a test chooses the number.
serai::Reply on_do(Camp& den, Match& match, const Player& player, const Light& what) {
  switch (what.count()) {
    case 1:
      match.send_to(player, kSeen, Lit());
      break;
    case 2:
      match.kick(den.sessions(0));
      break;
    case 3:
      match.timer(9, 1s, kChime, Light());
      match.timer(9, 3s, kChime, Light());
      break;
    case 4:
      match.cancel_timer(9);
      break;
    case 5:
      match.send(kTold, "other", what);
      break;
    case 6:
      return match.try_send(kTold.of("lair"), "other", what);
    case 7:
      den.set_note(match.config(kColour));
      den.set_fires(match.config(kSize));
      den.set_ticks(match.config(kOpen) ? 1 : 0);
      break;
    case 9:
      den.set_note("");
      break;
    case 10:
      den.set_note("throw");
      break;
    case 11:
      den.set_note("hush");
      break;
    case 12:
      match.timer(8, 1s, kKnell, Light());
      break;
    case 8:
      den.set_fires(match.config(kUndeclared));
      break;
    default:
      match.timer(1, 1s, kNoTimer, what);
  }
  return serai::accept();
}

serai::Answer<Lit> on_draw(Match& match) {
  Lit lit;
  lit.set_fires(match.random(1, 6));
  return lit;
}

void on_told(Camp& den, serai::Entity& entity) {
  const serai::Caller caller = entity.caller();
  den.set_note(caller.kind + "/" + caller.key + "/" + caller.user_id);
}

// Its timer falls due while it sleeps.
serai::Task<serai::Answer<Nothing>> on_late(Camp&, serai::Entity& entity, Nothing) {
  co_await entity.sleep(2s);
  entity.cancel_timer(9);
  co_return Nothing{};
}

// Calls an entity that does not exist.
serai::Task<serai::Answer<Nothing>> on_astray(Camp&, serai::Entity& entity, Nothing) {
  co_return co_await entity.call(kNobodys, "other", Nothing{});
}

// Calls that only the host can refuse.
serai::Task<serai::Answer<Nothing>> on_wrong(Camp&, Match& match, Light what) {
  if (what.count() == 1) match.send_to(match.player(), kSeen, Lit());
  if (what.count() == 2) match.kick("ann");
  if (what.count() == 3) match.notify("ann", {.subject = "news"});
  if (what.count() > 3) {
    serai::Transfer transfer("key", "test");
    if (what.count() == 5) transfer.move("", "sink", 1);
    if (what.count() == 6) transfer.move("mint", "sink", 2'000'000'000'000'000);
    const serai::Reply moved = co_await match.transfer(transfer);
    if (!moved) co_return moved;
  }
  co_return Nothing{};
}

// Fails while there is a note, after it has changed the state.
serai::Reply on_chime(Camp& den) {
  den.set_fires(den.fires() + 1);
  if (den.note() == "throw") throw std::runtime_error("a cracked bell");
  return den.note().empty() ? serai::accept() : serai::refuse("quiet_please");
}

serai::Task<serai::Reply> on_knell(Camp& den, serai::Entity& entity, Light) {
  den.set_ticks(den.ticks() + 1);
  co_await entity.sleep(100ms);
  co_return serai::refuse("no_bell");
}

serai::Task<serai::Answer<std::string>> on_nap(serai::Context& context, std::string payload) {
  co_await context.sleep(2s);
  co_return payload + "!";
}

constexpr auto kDen = serai::match_kind<Camp>(
    {.name = "den"},
    serai::join(on_join),
    serai::on<Light>(1, "do", on_do),
    serai::call(kDraw, on_draw),
    serai::call(kTold, on_told, {.creates = true}),
    serai::call(kLate, on_late),
    serai::call(kAstray, on_astray),
    serai::rpc<Light>("rpc_wrong", on_wrong, {.key = serai::key::caller, .creates = true}),
    serai::timer(kChime, on_chime),
    serai::timer(kKnell, on_knell, {.retries = 2}),
    serai::event(kSeen));

serai::Reply rules_hold() { return serai::refuse("rules_are_broken"); }

constexpr auto kModule =
    serai::module("den", "1.0.0", kDen, serai::stateless(serai::rpc("rpc_nap", on_nap)))
        .settings(kColour, kSize, kOpen);
constexpr auto kSick = serai::module("den", "1.0.0", kDen).self_test(rules_hold);
constexpr serai_module kEntry = serai::entry_of<kModule>();
constexpr serai_module kSickEntry = serai::entry_of<kSick>();

}  // namespace den

namespace {

struct Den {
  FakeMatch match{
      den::kEntry,
      "den",
      {.config = {{"den.colour", "\"red\""}, {"den.size", "12"}, {"den.open", "true"}}}};
  std::array<Player, 2> players = match.join("ann", "bob");

  Outcome act(std::int64_t what) {
    camp::Light light;
    light.set_count(what);
    return match.data(players[0], 1, light);
  }
  camp::Camp state() const { return match.state<camp::Camp>(); }
  std::ptrdiff_t lines(std::string_view event) const {
    return std::ranges::count(match.world.logs(), event, &LogLine::event);
  }
};

}  // namespace

TEST_CASE("a handler that reads a setting its module does not declare fails", "[sdk]") {
  Den den;

  const Outcome outcome = den.act(8);

  CHECK(outcome.status == Status::internal);
  CHECK(outcome.text.find("the module does not declare") != std::string::npos);
}

TEST_CASE("a push can be for one player alone", "[sdk]") {
  Den den;

  CHECK(den.act(1).ok());

  CHECK(den.match.world.last_push("seen").session_ids == std::vector{den.players[0].session_id});
}

TEST_CASE("a kicked player is no member any more", "[sdk]") {
  Den den;

  CHECK(den.act(2).ok());

  CHECK(den.match.world.members(den.match.id()).size() == 1);
  CHECK(den.act(1).status == Status::permission_denied);
}

TEST_CASE("a timer set again replaces itself, and can be cancelled", "[sdk]") {
  Den den;
  CHECK(den.act(3).ok());
  den.match.advance(2s);
  CHECK(den.state().fires() == 0);
  den.match.advance(2s);
  CHECK(den.state().fires() == 1);

  CHECK(den.act(3).ok());
  CHECK(den.act(4).ok());
  den.match.advance(5s);

  CHECK(den.state().fires() == 1);
}

TEST_CASE("a timer that is cancelled while its message waits does not go off", "[sdk]") {
  Den den;
  CHECK(den.act(3).ok());
  den.match.advance(2s);
  const std::string key = den.match.id().substr(0, den.match.id().find('.'));

  CHECK(den.match.world.call({"den", key, "svc_late"}, camp::Nothing{}).ok());
  den.match.advance(2s);

  CHECK(den.state().fires() == 0);
}

TEST_CASE("a timer whose handler fails is tried again, each time later", "[sdk]") {
  Den den;
  CHECK(den.act(GENERATE(10, 11)).ok());
  CHECK(den.act(3).ok());  // due in 3 s
  den.match.advance(3'500ms);
  CHECK(den.lines("timer.failed") == 1);
  den.match.advance(1s);
  CHECK(den.lines("timer.failed") == 2);
  den.match.advance(1'900ms);
  CHECK(den.lines("timer.failed") == 3);
  CHECK(den.state().fires() == 0);  // their changes are undone

  CHECK(den.act(9).ok());
  den.match.advance(4s);

  CHECK(den.state().fires() == 1);
  den.match.advance(60s);
  CHECK(den.state().fires() == 1);
  CHECK(den.lines("timer.failed") == 3);
}

TEST_CASE("a timer is given up when its retries are used up", "[sdk]") {
  Den den;
  CHECK(den.act(12).ok());

  den.match.advance(60s);

  CHECK(den.lines("timer.failed") == 3);
  REQUIRE(den.lines("timer.given_up") == 1);
  CHECK(den.match.world.logs().back().fields.at("reason") == "no_bell");
  CHECK(den.state().ticks() == 0);
}

TEST_CASE("a table says in the manifest how often a timer is tried again", "[sdk]") {
  const std::string_view manifest(den::kEntry.manifest.data, den::kEntry.manifest.size);

  CHECK(manifest.find(
            R"("name":"knell","on":"timer","kind":"den","request":"camp.Light","retries":2)") !=
        std::string_view::npos);
  CHECK(manifest.find("retries") == manifest.rfind("retries"));
}

TEST_CASE("what the host refuses is refused here", "[sdk]") {
  const std::int64_t what = GENERATE(1, 2, 3, 4, 5, 6);
  Den den;
  camp::Light light;
  light.set_count(what);

  CHECK_FALSE(den.match.world.rpc(den.players[0], "rpc_wrong", light).ok());
}

TEST_CASE("a sent message arrives with its sender's name and player", "[sdk]") {
  Den den;

  CHECK(den.act(5).ok());

  CHECK(den.match.world.state<camp::Camp>("den", "other").note() ==
        "den/00000000-0000-4000-8000-000000000001/" + den.players[0].id);
}

TEST_CASE("a message to nobody's kind is refused, and a timer without handler too", "[sdk]") {
  Den den;

  const std::string why =
      "no such handler: check its name, and that the release holds the module that has it";
  CHECK(den.act(6).text == "not_sent: lair/svc_told: " + why);
  CHECK(den.act(99).text == "timer: no_such_timer: " + why);
  const std::string key = den.match.id().substr(0, den.match.id().find('.'));
  CHECK(den.match.world.call({"den", key, "svc_astray"}, camp::Nothing{}).text ==
        "call: lair/svc_told: " + why);
}

TEST_CASE("configuration is read by its dotted key", "[sdk]") {
  Den den;

  CHECK(den.act(7).ok());

  CHECK(den.state().note() == "\"red\"");
  CHECK(den.state().fires() == 12);
  CHECK(den.state().ticks() == 1);
}

TEST_CASE("random numbers stay in their range, reach both ends and repeat by seed", "[sdk]") {
  const auto draw = [](std::uint64_t seed) {
    FakeMatch match(den::kEntry, "den", {.seed = seed});
    std::vector<std::int64_t> drawn;
    for (int i = 0; i < 200; ++i) {
      drawn.push_back(
          match.world
              .call({"den", "00000000-0000-4000-8000-000000000001", "svc_draw"}, camp::Nothing())
              .as<camp::Lit>()
              .fires());
    }
    return drawn;
  };

  const auto drawn = draw(1);

  CHECK(std::set(drawn.begin(), drawn.end()) == std::set<std::int64_t>{1, 2, 3, 4, 5, 6});
  CHECK(draw(1) == drawn);
  CHECK(draw(2) != drawn);
}

TEST_CASE("a stateless handler may wait as well", "[sdk]") {
  Den den;

  CHECK(den.match.world.rpc_text(den.players[0], "rpc_nap", "yawn").bytes == "yawn!");
}

TEST_CASE("a module's own self-test can refuse a release", "[sdk]") {
  World world;
  world.add(den::kSickEntry);

  const Outcome tested = world.self_test("den");

  CHECK(tested.status == Status::failed_precondition);
  CHECK(tested.text == "rules_are_broken");
}

TEST_CASE("a host of another major version is refused", "[sdk]") {
  serai_host other{};
  other.struct_size = sizeof other;
  other.abi_major = SERAI_ABI_MAJOR + 1;
  serai_instance* instance = nullptr;

  CHECK(den::kEntry.open(&other, &instance) == SERAI_FAILED_PRECONDITION);
}

TEST_CASE("a module has no extension that a host of today could ask for", "[sdk]") {
  CHECK(den::kEntry.get_extension(nullptr, {"serai.batch_export/1", 20}) == nullptr);
}
