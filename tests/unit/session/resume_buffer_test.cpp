// The buffer of messages that a client may have missed: its numbers and its four bounds.
#include "session/resume_buffer.hpp"

#include <catch2/catch.hpp>

#include "session/resume_state.hpp"
#include "support/recorded_metrics.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

namespace {

struct BufferWorld {
  ResumeBounds bounds{3, 1'000, 100};
  RecordedMetrics metrics;
  Gauge& shown = metrics.gauge("bytes", "", {});
  ResumeMemory memory{1 << 20, shown};
  ResumeBuffer buffer{bounds, memory};

  ResumeBound put(ResumeBuffer& into, const std::string& message, std::int64_t now_ms = 0) {
    return into.put(std::make_shared<const std::string>(message), now_ms);
  }
  ResumeBound put(const std::string& message, std::int64_t now_ms = 0) {
    return put(buffer, message, now_ms);
  }
  double bytes() { return metrics.gauges["bytes"].value; }
};

constexpr std::uint64_t kEntry = ResumeBuffer::kEntryBytes;

}  // namespace

TEST_CASE("messages are numbered from one and stay until the client has them", "[resume]") {
  BufferWorld world;
  CHECK(world.buffer.empty());
  CHECK(world.buffer.newest() == 0);
  CHECK(world.put("a") == ResumeBound::none);
  CHECK(world.put("b") == ResumeBound::none);
  CHECK(world.buffer.oldest() == 1);
  CHECK(world.buffer.newest() == 2);
  CHECK(world.buffer.at(2) == "b");
  world.buffer.drop_until(1);
  CHECK(world.buffer.oldest() == 2);
  world.buffer.drop_until(9);
  CHECK(world.buffer.empty());
  CHECK(world.buffer.newest() == 2);
  world.put("c");
  CHECK(world.buffer.at(3) == "c");
}

TEST_CASE("the oldest messages are dropped at each bound, which is named", "[resume]") {
  BufferWorld world;
  for (const char* text : {"a", "b", "c"}) REQUIRE(world.put(text) == ResumeBound::none);
  CHECK(world.put("d") == ResumeBound::messages);
  CHECK(world.buffer.oldest() == 2);

  CHECK(world.put(std::string(700, 'x'), 1) == ResumeBound::messages);
  CHECK(world.put(std::string(300, 'y'), 2) == ResumeBound::bytes);
  CHECK(world.buffer.oldest() == 6);
  CHECK(world.put("z", 102) == ResumeBound::age);
  CHECK(world.buffer.oldest() == 7);
  CHECK(world.buffer.expires_ms() == 202);
  CHECK(world.buffer.expire(201) == ResumeBound::none);
  CHECK(world.buffer.expire(202) == ResumeBound::age);
  CHECK(world.buffer.empty());
}

TEST_CASE("a message that is too large alone has a number, and nothing before it stays",
          "[resume]") {
  BufferWorld world;
  world.put("a");
  CHECK(world.put(std::string(1'000, 'x')) == ResumeBound::bytes);
  CHECK(world.buffer.empty());
  CHECK(world.buffer.newest() == 2);
  CHECK(world.bytes() == 0);
}

TEST_CASE("half of the memory is for the first, the rest is shared equally", "[resume]") {
  BufferWorld world;
  world.bounds = {100, 1 << 20, 100};
  const std::uint64_t message = 100 + kEntry;
  ResumeMemory memory(20 * message, world.shown);
  ResumeBuffer first(world.bounds, memory);
  const std::string text(100, 'x');
  for (int i = 0; i < 10; ++i) REQUIRE(world.put(first, text) == ResumeBound::none);
  ResumeBuffer second(world.bounds, memory);
  // Two buffers share ten messages' worth. The first has more than its five.
  for (int i = 0; i < 5; ++i) CHECK(world.put(second, text) == ResumeBound::none);
  CHECK(world.put(second, text) == ResumeBound::memory);
  CHECK(second.oldest() == 2);
  CHECK(world.put(first, text) == ResumeBound::memory);
  CHECK(world.bytes() <= 20.0 * static_cast<double>(message));
}

TEST_CASE("the bytes of all buffers are counted, and given back", "[resume]") {
  BufferWorld world;
  world.put("abc");
  {
    ResumeBuffer other(world.bounds, world.memory);
    world.put(other, "d");
    CHECK(world.bytes() == 4.0 + 2.0 * static_cast<double>(kEntry));
  }
  world.buffer.clear();
  CHECK(world.bytes() == 0);
}

TEST_CASE("a session that can resume changes its state in one way only", "[resume]") {
  using enum ResumeState;
  const std::vector<std::pair<ResumeState, ResumeState>> allowed = {{unopened, attached},
                                                                    {attached, parked},
                                                                    {attached, ended},
                                                                    {parked, attached},
                                                                    {parked, ended}};
  for (const ResumeState from : {unopened, attached, parked, ended}) {
    for (const ResumeState to : {unopened, attached, parked, ended}) {
      const bool is_allowed = std::ranges::find(allowed, std::pair(from, to)) != allowed.end();
      CHECK(may_follow(from, to) == is_allowed);
    }
  }
}
