#include "app/stop_watchdog.hpp"

#include <catch2/catch.hpp>
#include <future>

#include "support/wait_for.hpp"

using serai::app::StopWatchdog;
using namespace std::chrono_literals;

TEST_CASE("an end that hangs is forced", "[stop]") {
  std::promise<void> forced;
  StopWatchdog watchdog;

  watchdog.start(1ms, [&] { forced.set_value(); });

  // The shutdown never ends.
  CHECK(forced.get_future().wait_for(serai::testing::kWaitMax) == std::future_status::ready);
}

TEST_CASE("an end that is reached in time is not forced", "[stop]") {
  bool forced = false;
  {
    StopWatchdog watchdog;
    watchdog.start(1h, [&] { forced = true; });
  }
  CHECK_FALSE(forced);
}
