#include "ops/event_feed.hpp"

#include <catch2/catch.hpp>

using serai::Errc;
using serai::ops::EventFeed;

TEST_CASE("a watcher hears what happens after it came, in order", "[ops][feed]") {
  EventFeed feed;
  feed.publish("swap", "0");
  const auto watcher = *feed.join();
  feed.publish("swap", "1");
  feed.publish("progress", "2");

  CHECK(feed.next(watcher) == "event: swap\ndata: 1\n\n");
  CHECK(feed.next(watcher) == "event: progress\ndata: 2\n\n");
  CHECK(feed.next(watcher) == "");
}

TEST_CASE("a watcher that is too slow gets the reason and is dropped; the others go on",
          "[ops][feed]") {
  EventFeed feed;
  const auto slow = *feed.join();
  const auto quick = *feed.join();
  for (std::size_t i = 0; i <= EventFeed::kQueuedMax; ++i) {
    feed.publish("swap", std::to_string(i));
    CHECK(feed.next(quick) == EventFeed::frame("swap", std::to_string(i)));
  }

  CHECK(feed.next(slow) == EventFeed::frame("dropped", R"({"reason":"too slow"})"));
  CHECK(feed.next(slow) == std::nullopt);
  CHECK(feed.next(quick) == "");
}

TEST_CASE("only so many may watch, and a place is free again when one leaves", "[ops][feed]") {
  EventFeed feed;
  const auto first = *feed.join();
  for (std::size_t i = 1; i < EventFeed::kWatchersMax; ++i) REQUIRE(feed.join());
  CHECK(feed.join().error().code == Errc::resource_exhausted);

  feed.leave(first);

  CHECK(feed.join());
}

TEST_CASE("events sent before the end are still delivered, then the feed ends", "[ops][feed]") {
  EventFeed feed;
  const auto watcher = *feed.join();
  feed.publish("swap", "last");
  feed.close();

  CHECK(feed.next(watcher) == EventFeed::frame("swap", "last"));
  CHECK(feed.next(watcher) == std::nullopt);
  CHECK(feed.join().error().code == Errc::unavailable);
}
