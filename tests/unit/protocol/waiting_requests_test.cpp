#include "protocol/waiting_requests.hpp"

#include <catch2/catch.hpp>

#include "protocol/flood_guard.hpp"

using namespace serai;
using namespace serai::protocol;

TEST_CASE("requests wait in order, however often the queue is made smaller", "[socket]") {
  protocol::WaitingRequests waiting;
  int pushed = 0;
  int popped = 0;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 3; ++i)
      waiting.push({std::to_string(pushed++), protocol::RequestRefusal::none});
    for (int i = 0; i < 2; ++i) CHECK(waiting.pop().message == std::to_string(popped++));
    waiting.compact();
    CHECK(waiting.size() == static_cast<std::size_t>(pushed - popped));
  }
  while (waiting.size() != 0) CHECK(waiting.pop().message == std::to_string(popped++));
  CHECK(popped == pushed);

  waiting.push({"late", protocol::RequestRefusal::flood});
  waiting.clear();
  CHECK(waiting.size() == 0);
}

TEST_CASE("a socket over its limit is refused, and closed when it does not calm down", "[socket]") {
  protocol::SocketOptions options;
  options.per_socket = {1, 1};
  options.refusals_max = 2;
  options.calm_s = 10;
  protocol::FloodGuard guard;
  using Verdict = protocol::FloodGuard::Verdict;
  std::int64_t now_us = 1'000'000;
  CHECK(guard.take(options, now_us) == Verdict::within);
  CHECK(guard.take(options, now_us) == Verdict::over);
  CHECK(guard.take(options, now_us) == Verdict::over);

  now_us += 11'000'000;  // a calm time
  CHECK(guard.take(options, now_us) == Verdict::within);
  CHECK(guard.take(options, now_us) == Verdict::over);
  CHECK(guard.take(options, now_us) == Verdict::over);
  CHECK(guard.take(options, now_us) == Verdict::flood);
}
