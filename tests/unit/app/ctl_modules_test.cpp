#include "app/ctl_modules.hpp"

#include <catch2/catch.hpp>

using namespace serai;
using namespace serai::app;

TEST_CASE("a person sees what serves, since when, and what went wrong", "[ctl]") {
  const std::string status = R"({"release":"v1.1.0","committed":"v1.0.0","current":"v1.1.0",
    "state":"probation","note":"","not_watched":"","queued":["v1.2.0"],
    "still_mapped_after_close":["battle 0.9.0 battle.so, held by a thread"],
    "modules":[{"name":"battle","version":"2.0.0","generation":7},
               {"name":"trade","version":"1.0.0","generation":2}],
    "swap":{"to":"v1.1.0","started_ms":1700000000000,"outcome":"probation",
            "modules":[{"name":"battle","from":"1.0.0","to":"2.0.0","generation":7}]},
    "history":[{"to":"v1.0.9","started_ms":1600000000000,"outcome":"refused","reason":"no way",
                "modules":[{"name":"battle","from":"1.0.0","to":"1.0.9","generation":0}]}],
    "last_crash":{"signal":"SIGSEGV","module":"trade","module_version":"1.0.0","handler":"buy"}})";

  CHECK(app::modules_for_people(status) ==
        R"(release v1.1.0, probation; a restart starts v1.0.0; the link names v1.1.0

MODULE  VERSION  STATE      SINCE                 NOTE
battle  2.0.0    probation  2023-11-14 22:13:20Z  was 1.0.0
trade   1.0.0    serving    the start

last swap: v1.0.9 at 2020-09-13 12:26:40Z was refused: no way
still mapped: battle 0.9.0 battle.so, held by a thread
waits for the end of the probation: v1.2.0
last crash: trade 1.0.0, handler buy, SIGSEGV (--json has the stack)
)");
}

TEST_CASE("what is no status is shown as it came", "[ctl]") {
  CHECK(app::modules_for_people("no JSON") == "no JSON\n");
}
