// A store that does not answer must not block the loader thread.
#include "swap/store_reader.hpp"

#include <catch2/catch.hpp>

#include "unit/modules/swap_world.hpp"

using namespace serai;
using namespace serai::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

bool never() { return false; }

// A clock that moves on by a minute at each reading.
class HastyClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return steady_us() / 1000; }
  std::int64_t steady_us() const override { return us_ += 60'000'000; }

 private:
  mutable std::int64_t us_ = 0;
};

}  // namespace

TEST_CASE("a read that is not answered is given up, and its late answer harms nobody",
          "[modules][store_reader]") {
  FakeStore store;
  HastyClock clock;
  Inbox inbox;
  swap::StoreReader reader(store, store, clock, inbox, never, 20ms);
  REQUIRE(reader.put_fact("committed", "v1").ok());
  store.hang();

  const Result<std::optional<std::string>> fact = reader.fact("committed");

  REQUIRE_FALSE(fact.ok());
  CHECK(fact.error().code == Errc::unavailable);
  CHECK_THAT(fact.error().detail, Contains("not answered in 20 ms"));
  CHECK(reader.list({"counter", "", 10}).error().code == Errc::unavailable);
  CHECK(reader.load({"counter", "c1"}).error().code == Errc::unavailable);

  store.answer_held();
  CHECK(reader.fact("attempted").value() == std::nullopt);
  CHECK(reader.fact("committed").value() == "v1");
}

TEST_CASE("a host that stops waits for no read", "[modules][store_reader]") {
  FakeStore store;
  ManualClock clock;
  Inbox inbox;
  bool stopping = false;
  swap::StoreReader reader(
      store, store, clock, inbox, [&] { return stopping; }, 1h);
  store.hang();
  inbox.post([&] { stopping = true; });

  CHECK_THAT(reader.load({"counter", "c1"}).error().detail, Contains("stopping"));
}

TEST_CASE("a write is waited for however long it takes", "[modules][store_reader]") {
  FakeStore store;
  HastyClock clock;
  Inbox inbox;
  int asked = 0;
  const auto is_late = [&] {
    if (++asked == 1) store.answer_held();
    return false;
  };
  swap::StoreReader reader(store, store, clock, inbox, is_late, 20ms);
  store.hang();

  CHECK(reader.put_fact("committed", "v1").ok());
  CHECK(asked == 1);
}

TEST_CASE("a host that stops gives a write its time, and no more", "[modules][store_reader]") {
  FakeStore store;
  HastyClock clock;
  Inbox inbox;
  swap::StoreReader reader(
      store, store, clock, inbox, [] { return true; }, 20ms);
  REQUIRE(reader.put_fact("committed", "v1").ok());
  store.hang();

  CHECK_THAT(reader.put_fact("committed", "v2").error().detail, Contains("not answered"));
}

TEST_CASE("a host can be stopped while the store does not answer a swap",
          "[modules][store_reader]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  world.store.hang();
  world.folder.flip("v2");
  REQUIRE(world.store.await_held());

  world.engine->stop();

  CHECK_THAT(world.watcher.await(swap::SwapOutcome::refused).reason,
             Contains("the host is stopping"));
  CHECK(world.runtime.version_of("counter") == "1.0.0");
}
