// Each figure takes a release back when it is worse than before, and only then.
#include "modules/probation.hpp"

#include <catch2/catch.hpp>

using namespace serai;

namespace {

GenerationFigures make(std::uint64_t generation) {
  GenerationFigures figures;
  figures.generation = generation;
  figures.module = "battle";
  figures.version = std::to_string(generation);
  figures.calls = 1'000;
  figures.failures = 10;
  figures.overruns = 10;
  figures.late_ticks = 10;
  figures.latency[8] = 1'000;  // all under 256 us
  return figures;
}

std::string judge(const GenerationFigures& before, const GenerationFigures& now) {
  return judge_probation({before}, {now}, {now.generation}, ProbationLimits{});
}

}  // namespace

TEST_CASE("what is as before may stay", "[modules][probation]") {
  CHECK(judge(make(1), make(2)).empty());
  GenerationFigures quiet = make(2);
  quiet.calls = 0;
  CHECK(judge(make(1), quiet).empty());
}

TEST_CASE("each figure that grew worse takes the release back", "[modules][probation]") {
  struct Case {
    const char* words;
    void (*spoil)(GenerationFigures&);
  };
  const Case cases[] = {{"failed", [](GenerationFigures& now) { now.failures = 70; }},
                        {"overran", [](GenerationFigures& now) { now.overruns = 300; }},
                        {"tick too late", [](GenerationFigures& now) { now.late_ticks = 70; }},
                        {"could not be read", [](GenerationFigures& now) { now.unreadable = 1; }},
                        {"99 % of handlers", [](GenerationFigures& now) {
                           now.latency[8] = 980;
                           now.latency[13] = 20;  // up to 8 ms
                         }}};
  for (const Case& one : cases) {
    INFO(one.words);
    GenerationFigures now = make(2);
    one.spoil(now);
    CHECK_THAT(judge(make(1), now), Catch::Contains(one.words));
    // The same figures in a generation that is not on probation, or that was as bad before.
    CHECK(judge_probation({make(1)}, {now}, {99}, ProbationLimits{}).empty());
    GenerationFigures bad_before = make(1);
    one.spoil(bad_before);
    CHECK(judge(bad_before, now).empty());
  }
}

TEST_CASE("a few bad calls prove nothing, nor does what is slower but fast",
          "[modules][probation]") {
  GenerationFigures now = make(2);
  now.calls = 10;
  now.failures = 4;
  CHECK(judge(make(1), now).empty());
  GenerationFigures slower = make(2);
  slower.latency[8] = 0;
  slower.latency[10] = 1'000;  // 1 ms where it was 256 us
  CHECK(judge(make(1), slower).empty());
}

TEST_CASE("slowness is proved by as many calls as the limits say", "[modules][probation]") {
  GenerationFigures slow = make(2);
  slow.latency[8] = 0;
  slow.latency[13] = slow.calls;  // up to 8 ms where it was 256 us
  ProbationLimits limits;
  limits.latency_calls_min = slow.calls;
  CHECK_FALSE(judge_probation({make(1)}, {slow}, {2}, limits).empty());
  ++limits.latency_calls_min;
  CHECK(judge_probation({make(1)}, {slow}, {2}, limits).empty());
}

TEST_CASE("quantiles are upper edges of buckets", "[modules][probation]") {
  LatencyBuckets buckets{};
  CHECK(latency_us(buckets, 0.99) == 0);
  buckets[3] = 99;
  buckets[10] = 1;
  CHECK(latency_us(buckets, 0.5) == 8);
  CHECK(latency_us(buckets, 0.99) == 8);
  CHECK(latency_us(buckets, 1.0) == 1'024);
}
