// What a host remembers about releases over a restart: which were rolled back, and the copies of
// those that served.
#include <sys/mount.h>

#include <filesystem>

#include "base/file_io.hpp"
#include "unit/modules/swap_world.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

// Another process on the same folders, with the facts that the former one had stored by then.
struct NextStart : SwapWorld {
  NextStart(const SwapWorld& former, const FakeStore& left) {
    options.release = former.options.release;
    options.data = former.options.data;
    store.copy_facts(left);
  }
  std::string note() const { return status().at("note").get<std::string>(); }
};

// v2 serves on probation and is rolled back by the host.
void take_v2_back(SwapWorld& world) {
  world.start_v1();
  world.runtime.set_figures("1.0.0", 1000, 1);
  world.folder.publish("v2", {"counter_v2"});
  world.folder.flip("v2");
  world.watcher.await(swap::SwapOutcome::probation);
  world.runtime.set_figures("1.1.0", 100, 30);
  world.pass(world.options.probation_sample);
  world.watcher.await(swap::SwapOutcome::rolled_back);
  world.runtime.set_figures("1.1.0", 0, 0);
}

// v2 serves on probation when the host dies; `left` has the facts that the next start finds.
void die_on_probation(SwapWorld& world, FakeStore& left) {
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  left.copy_facts(world.store);
}

// A folder on a read-only mount.
class ReadOnlyMount {
 public:
  explicit ReadOnlyMount(const fs::path& folder) : folder_(folder.string()) {
    const char* path = folder_.c_str();
    mounted_ = ::mount(path, path, nullptr, MS_BIND, nullptr) == 0;
    const unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
    read_only_ = mounted_ && ::mount(nullptr, path, nullptr, flags, nullptr) == 0;
  }
  ~ReadOnlyMount() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  ReadOnlyMount(const ReadOnlyMount&) = delete;
  ReadOnlyMount& operator=(const ReadOnlyMount&) = delete;
  bool is_read_only() const { return read_only_; }

 private:
  std::string folder_;
  bool mounted_ = false;
  bool read_only_ = false;
};

void damage(const fs::path& file) {
  fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
  fs::resize_file(file, 100);
  fs::permissions(file, fs::perms::owner_write, fs::perm_options::remove);
}

}  // namespace

TEST_CASE("a release that was taken back stays so when another one came between",
          "[modules][memory]") {
  SwapWorld world;
  take_v2_back(world);
  world.folder.publish("v3", {"counter_v2", "other_v1"});
  REQUIRE(world.engine->swap("v3").ok());
  FakeStore left;
  left.copy_facts(world.store);  // the process hangs in its commit, and is killed
  world.engine->stop();
  world.folder.flip("v2");

  NextStart next(world, left);
  REQUIRE(next.start().ok());

  CHECK_THAT(next.note(), Contains("v2 was rolled back"));
  next.engine->request_reload("SIGHUP");
  next.log.await("release.not_tried");
  CHECK(next.runtime.switches() == 0);
  CHECK(next.committed() == "v1");
  REQUIRE(next.engine->swap("v2").ok());
  CHECK(next.runtime.version_of("counter") == "1.1.0");
}

TEST_CASE("a release whose code failed is not tried again before somebody asks",
          "[modules][memory]") {
  SwapWorld world;
  world.start_v1();
  world.runtime.make_entity("counter", "bad-one");
  world.folder.publish("v2", {"refuse_import"});
  REQUIRE_FALSE(world.engine->swap("v2").ok());
  FakeStore left;
  left.copy_facts(world.store);
  world.engine->stop();
  world.folder.flip("v2");

  NextStart next(world, left);
  REQUIRE(next.start().ok());

  CHECK_THAT(next.note(), Contains("v2 was refused"));
  CHECK(next.runtime.switches() == 0);
}

TEST_CASE("a crash in probation goes back although the former release was pruned",
          "[modules][memory]") {
  SwapWorld world;
  FakeStore left;
  die_on_probation(world, left);
  fs::remove_all(world.folder.releases() / "v1");

  NextStart next(world, left);
  REQUIRE(next.start().ok());

  CHECK(next.runtime.version_of("counter") == "1.0.0");
  CHECK(next.committed() == "v1");
  CHECK_THAT(next.note(), Contains("v2 was on probation") && Contains("private copy"));
}

TEST_CASE("a release on probation is not committed when nothing of the former one is left",
          "[modules][memory]") {
  SwapWorld world;
  FakeStore left;
  die_on_probation(world, left);
  fs::rename(world.folder.releases() / "v1", world.folder.releases() / ".v1");
  fs::remove_all(world.folder.data() / "modules");

  NextStart next(world, left);
  REQUIRE(next.start().ok());

  CHECK(next.runtime.version_of("counter") == "1.1.0");
  CHECK(next.committed() == "v1");
  CHECK_THAT(next.note(), Contains("v1 is no longer there") && Contains("not committed"));
}

TEST_CASE("going back to a pruned release uses its private copy and leaves the link alone",
          "[modules][memory]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  world.end_probation();
  world.watcher.await(swap::SwapOutcome::settled);
  fs::remove_all(world.folder.releases() / "v1");

  const Result<std::string> back = world.engine->rollback();

  INFO((back ? *back : back.error().detail));
  REQUIRE(back.ok());
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK(fs::exists(world.folder.current()));
  CHECK_THAT(*back, Contains("not lasting"));
  world.end_probation();
  world.watcher.await(swap::SwapOutcome::settled, 2);
  FakeStore left;
  left.copy_facts(world.store);
  world.engine->stop();
  NextStart next(world, left);
  REQUIRE(next.start().ok());
  CHECK(next.runtime.version_of("counter") == "1.0.0");
  CHECK(next.runtime.switches() == 0);
}

TEST_CASE("a note is gone when it no longer holds", "[modules][memory]") {
  SwapWorld world;
  FakeStore left;
  take_v2_back(world);
  left.copy_facts(world.store);
  world.engine->stop();
  NextStart next(world, left);
  REQUIRE(next.start().ok());
  next.engine->serve();
  REQUIRE_THAT(next.note(), Contains("v2 was rolled back"));

  SECTION("the release was asked for") {
    REQUIRE(next.engine->swap("v2").ok());
    CHECK(next.note().empty());
  }
  SECTION("the link names what serves again") {
    REQUIRE(next.engine->swap("v1").ok());
    CHECK(next.note().empty());
  }
}

TEST_CASE("what did not last is no longer said once it does", "[modules][memory]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  fs::rename(world.folder.releases() / "v1", world.folder.releases() / ".away");
  REQUIRE(world.engine->rollback().ok());
  const auto not_lasting = [&] { return world.status().at("not_lasting").get<std::string>(); };
  REQUIRE_THAT(not_lasting(), Contains("the link still names v2"));
  CHECK(world.status().at("note") == "");

  fs::rename(world.folder.releases() / ".away", world.folder.releases() / "v1");
  REQUIRE(world.engine->swap("v1").ok());
  CHECK(not_lasting().empty());
}

TEST_CASE("a rollback in probation never points the link at nothing", "[modules][memory]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  fs::remove_all(world.folder.releases() / "v1");

  const Result<std::string> back = world.engine->rollback();

  REQUIRE(back.ok());
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK(fs::exists(world.folder.current()));
  CHECK_THAT(*back, Contains("not lasting"));
}

TEST_CASE("a start with releases/ emptied, damaged or replaced serves the committed copy",
          "[modules][memory]") {
  SwapWorld world;
  world.start_v1();
  world.engine->stop();
  FakeStore left;
  left.copy_facts(world.store);
  const fs::path releases = world.folder.releases();
  SECTION("emptied") {
    fs::remove_all(releases);
    fs::create_directory(releases);
  }
  SECTION("gone") { fs::remove_all(releases); }
  SECTION("a module damaged") { damage(releases / "v1" / "counter_v1.so"); }
  SECTION("the manifest damaged") { damage(releases / "v1" / "manifest.json"); }
  SECTION("the link names junk") {
    fs::create_directory(releases / "junk");
    world.folder.flip("junk");
  }
  SECTION("the link names another release, all of them damaged") {
    world.folder.publish("v2", {"counter_v2"});
    damage(releases / "v1" / "counter_v1.so");
    damage(releases / "v2" / "counter_v2.so");
    world.folder.flip("v2");
  }

  NextStart next(world, left);
  const Result<> started = next.start();

  INFO((started ? "" : started.error().detail));
  REQUIRE(started.ok());
  CHECK(next.runtime.version_of("counter") == "1.0.0");
  CHECK(next.committed() == "v1");
  CHECK_THAT(next.note(), Contains("started on the committed v1"));
}

TEST_CASE("a flip to a folder that claims to be what serves, and is junk, is refused",
          "[modules][memory]") {
  SwapWorld world;
  world.start_v1();
  const fs::path again = world.folder.releases() / "again";
  fs::copy(world.folder.releases() / "v1", again);
  fs::permissions(
      again, fs::perms::group_write | fs::perms::others_write, fs::perm_options::remove);
  damage(again / "counter_v1.so");

  world.folder.flip("again");

  CHECK_THAT(world.watcher.await(swap::SwapOutcome::refused).reason, Contains("release.sha256"));
}

TEST_CASE("a swap whose link cannot be moved says so, and a start keeps what has settled",
          "[modules][memory]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  const ReadOnlyMount mount(world.folder.releases());
  if (!mount.is_read_only()) {
    WARN("no right to mount: not tried");
    return;
  }

  const Result<std::string> swapped = world.engine->swap("v2");
  world.end_probation();
  world.watcher.await(swap::SwapOutcome::settled);
  world.engine->stop();
  FakeStore left;
  left.copy_facts(world.store);
  NextStart next(world, left);
  const Result<> started = next.start();
  next.engine->request_reload("SIGHUP");
  next.log.await("release.not_tried");

  REQUIRE(swapped.ok());
  CHECK_THAT(*swapped, Contains("not lasting") && Contains("Read-only file system"));
  REQUIRE(started.ok());
  CHECK(next.runtime.version_of("counter") == "1.1.0");
  CHECK(next.runtime.switches() == 0);
  CHECK(next.committed() == "v2");
  CHECK_THAT(next.note(), Contains("still names v1"));
}
