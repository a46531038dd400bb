// The changes of the path to a release that ReleaseWatch notices.
#include "release/release_watch.hpp"

#include <poll.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "release/release.hpp"
#include "unit/modules/fixtures.hpp"

using namespace serai;
using namespace serai::testing;
namespace fs = std::filesystem;

namespace {

// releases/v1, releases/v2 and a watch on a path to them.
struct World {
  World() { fill(root / "releases"); }

  static void fill(const fs::path& releases) {
    for (const char* name : {"v1", "v2"}) {
      fs::create_directories(releases / name);
      std::ofstream(releases / name / "manifest.json") << "{}";
    }
  }
  void link(const fs::path& target, const fs::path& at) const {
    fs::create_directories((root / at).parent_path());
    fs::create_symlink(target, root / at);
  }
  void flip(const fs::path& target, const fs::path& at) const {
    REQUIRE(release::flip_link(root / at, target.string()).ok());
  }
  // Whether the descriptor wakes its reader, and the check then finds another path.
  bool notices() {
    pollfd one{watch.fd(), POLLIN, 0};
    for (int i = 0; ::poll(&one, 1, i == 0 ? 5'000 : 400) > 0 || i < 2; ++i) {
      if (watch.take_flip()) return true;
      one.fd = watch.fd();
    }
    return false;
  }
  fs::path now() const { return fs::relative(watch.way().release(), fs::canonical(root)); }

  TempFolder temp;
  fs::path root = temp.path();
  release::ReleaseWatch watch;
};

}  // namespace

TEST_CASE("every link and folder on the way to a release is watched", "[modules][watch]") {
  World world;
  const auto flips = [&](const fs::path& path, const auto& what, const char* leads_to) {
    world.watch.start(world.root / path);
    CHECK(world.watch.trouble().empty());
    CHECK_FALSE(world.watch.take_flip());
    for (int round = 0; round < 3; ++round) {  // a lost watch shows in the second round
      what(round);
      CHECK(world.notices());
      if (round % 2 == 0) CHECK(world.now() == leads_to);
      CHECK_FALSE(world.watch.take_flip());
    }
  };
  const auto version = [](int round) { return round % 2 == 0 ? "v2" : "v1"; };

  SECTION("the link itself") {
    world.link("v1", "releases/current");
    flips(
        "releases/current",
        [&](int round) { world.flip(version(round), "releases/current"); },
        "releases/v2");
  }
  SECTION("with a slash behind it") {
    world.link("v1", "releases/current");
    flips(
        "releases/current/",
        [&](int round) { world.flip(version(round), "releases/current"); },
        "releases/v2");
  }
  SECTION("a link to a link") {
    world.link("../releases/v1", "channel/stable");
    world.link("../channel/stable", "app/current");
    flips(
        "app/current",
        [&](int round) { world.flip(fs::path("../releases") / version(round), "channel/stable"); },
        "releases/v2");
  }
  SECTION("a link to a link to a link, by whole paths") {
    world.link(world.root / "releases" / "v1", "a/one");
    world.link(world.root / "a" / "one", "b/two");
    world.link(world.root / "b" / "two", "c/three");
    flips(
        "c/three",
        [&](int round) { world.flip(world.root / "releases" / version(round), "a/one"); },
        "releases/v2");
  }
  SECTION("a folder above is a link") {
    World::fill(world.root / "day1");
    World::fill(world.root / "day2");
    world.link("day1", "today");
    flips(
        "today/v1",
        [&](int round) { world.flip(round % 2 == 0 ? "day2" : "day1", "today"); },
        "day2/v1");
  }
  SECTION("the releases folder is renamed away and another moved in") {
    world.link("v1", "releases/current");
    World::fill(world.root / "other");
    world.link("v2", "other/current");
    flips(
        "releases/current",
        [&](int) {
          fs::rename(world.root / "releases", world.root / "away");
          fs::rename(world.root / "other", world.root / "releases");
          fs::rename(world.root / "away", world.root / "other");
        },
        "releases/v2");
  }
  SECTION("the link is deleted and made again") {
    world.link("v1", "releases/current");
    flips(
        "releases/current",
        [&](int round) {
          fs::remove(world.root / "releases/current");
          world.link(version(round), "releases/current");
        },
        "releases/v2");
  }
  SECTION("the releases folder is deleted and made again") {
    world.link("v1", "releases/current");
    flips(
        "releases/current",
        [&](int) {
          fs::remove_all(world.root / "releases");
          World::fill(world.root / "releases");
          world.link("v2", "releases/current");
        },
        "releases/v2");
  }
  SECTION("another folder takes the release's place") {
    flips(
        "releases/v1",
        [&](int) {
          fs::rename(world.root / "releases/v1", world.root / "away");
          fs::rename(world.root / "releases/v2", world.root / "releases/v1");
          fs::rename(world.root / "away", world.root / "releases/v2");
        },
        "releases/v1");
  }
}

TEST_CASE("a link that leads to nothing is logged once it has done so for a while",
          "[modules][watch]") {
  World world;
  world.link("v1", "releases/current");
  world.watch.start(world.root / "releases/current");
  fs::remove(world.root / "releases/current");
  CHECK_FALSE(world.watch.take_flip());
  REQUIRE(world.watch.next_check());
  std::this_thread::sleep_until(*world.watch.next_check());
  CHECK(world.watch.take_flip());
  CHECK_FALSE(world.watch.next_check());
  world.link("v2", "releases/current");
  CHECK(world.notices());
}

TEST_CASE("what is in a release or beside it is no flip", "[modules][watch]") {
  World world;
  world.link("v1", "releases/current");
  world.watch.start(world.root / "releases/current");
  std::ofstream(world.root / "releases/v1/more") << "x";
  fs::create_directories(world.root / "releases/v3");
  fs::create_directories(world.root / "else");
  CHECK_FALSE(world.watch.take_flip());
}

TEST_CASE("the release is where the way arrives, whatever steps up and down there are",
          "[modules][watch]") {
  World world;
  fs::create_directories(world.root / "releases/v1/inside");
  const fs::path v1 = fs::canonical(world.root / "releases/v1");
  int number = 0;
  for (const char* target :
       {"v1/.", "v1/inside/..", "v1/inside/../", "../releases/v1/./", "./v1"}) {
    INFO(target);
    const fs::path at = fs::path("releases") / ("link" + std::to_string(++number));
    world.link(target, at);
    const release::ReleaseWay way = release::find_way(world.root / at);
    CHECK(way.arrives);
    CHECK(way.release() == v1);
    CHECK(way.releases() == v1.parent_path());
  }
  world.link(".", "releases/here");
  CHECK(release::find_way(world.root / "releases/here").release() == v1.parent_path());
}

TEST_CASE("a path is made to lead to another release by the link that can do it",
          "[modules][watch]") {
  World world;
  world.link("../releases/v1", "channel/stable");
  world.link("../channel/stable", "app/current");
  world.link("releases", "today");
  const fs::path wanted = fs::canonical(world.root / "releases/v2");

  SECTION("the last of several") {
    REQUIRE(release::lead_to(world.root / "app/current", wanted).ok());
    CHECK(fs::canonical(world.root / "app/current") == wanted);
    CHECK(fs::read_symlink(world.root / "app/current") == "../channel/stable");
  }
  SECTION("none can: a folder above is the link") {
    const Result<> led = release::lead_to(world.root / "today/v1", wanted);
    CHECK_FALSE(led.ok());
    CHECK(fs::read_symlink(world.root / "today") == "releases");
  }
  SECTION("there is no link") {
    CHECK_FALSE(release::lead_to(world.root / "releases/v1", wanted).ok());
  }
  SECTION("what is asked for lies behind what the link leads to, and is not there") {
    world.link("v1", "releases/current");
    CHECK_FALSE(release::lead_to(world.root / "releases/current/inside", wanted).ok());
    CHECK(fs::read_symlink(world.root / "releases/current") == "v1");
  }
  SECTION("the link leads to nothing, or to itself") {
    for (const char* target : {"v9", "current"}) {
      world.flip(target, "releases/current");
      REQUIRE(release::lead_to(world.root / "releases/current", wanted).ok());
      CHECK(fs::canonical(world.root / "releases/current") == wanted);
    }
  }
  SECTION("there is no such release") {
    CHECK_FALSE(release::lead_to(world.root / "app/current", world.root / "releases/v9").ok());
    CHECK(fs::exists(world.root / "app/current"));
  }
  SECTION("the link is passed twice, and would lead elsewhere the first time") {
    world.link("./", "releases/here");
    CHECK_FALSE(release::lead_to(world.root / "releases/here/here", wanted).ok());
    CHECK(fs::read_symlink(world.root / "releases/here") == "./");
  }
  SECTION("links round in circles") {
    world.link("round", "app/round");
    CHECK_FALSE(release::find_way(world.root / "app/round").arrives);
  }
}
