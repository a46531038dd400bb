// A release is rolled back when one of its figures is worse than before, and only then.
#include "swap/probation.hpp"

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
  return judge_probation({before}, {now}, {now.generation}, swap::ProbationLimits{});
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
                        {"delayed a tick", [](GenerationFigures& now) { now.late_ticks = 70; }},
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
    // The same figures of a generation that is not on probation, or that was as bad before.
    CHECK(judge_probation({make(1)}, {now}, {99}, swap::ProbationLimits{}).empty());
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

TEST_CASE("slowness is proved by many calls alone", "[modules][probation]") {
  GenerationFigures slow = make(2);
  slow.overruns = 0;
  slow.late_ticks = 0;
  slow.failures = 0;
  slow.calls = swap::kProbationLatencyCalls;
  slow.latency[8] = 0;
  slow.latency[13] = slow.calls;  // up to 8 ms where it was 256 us
  CHECK_FALSE(judge(make(1), slow).empty());
  --slow.calls;
  --slow.latency[13];
  CHECK(judge(make(1), slow).empty());
}

TEST_CASE("a limit of all calls looks at none of them", "[modules][probation]") {
  GenerationFigures now = make(2);
  now.failures = now.overruns = now.late_ticks = now.calls;
  swap::ProbationLimits limits;
  limits.failure_rate_over = limits.overrun_rate_over = limits.late_tick_rate_over = 1.0;
  CHECK(judge_probation({make(1)}, {now}, {2}, limits).empty());
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

namespace {

// A handler that each of `players` has called ten times; `refused` of these ten were refused.
GenerationFigures with_handler(std::uint64_t generation, std::size_t players, unsigned refused) {
  GenerationFigures figures = make(generation);
  figures.handlers = {{"battle/attack", std::vector<Outcomes>(kCallerCells)}};
  for (std::size_t i = 0; i < players; ++i) figures.handlers[0].callers[i] = {10, refused};
  return figures;
}

Outcomes& calls_of(GenerationFigures& figures, std::size_t cell) {
  return figures.handlers[0].callers[cell];
}

}  // namespace

TEST_CASE("a handler that refuses everybody takes the release back", "[modules][probation]") {
  CHECK(judge(with_handler(1, 10, 1), with_handler(2, 10, 10)) ==
        "battle 2: battle/attack refused 100 of 100 calls of 10 players (100.0 % of a player's, "
        "before the swap 10.0 %)");
  CHECK_FALSE(judge(with_handler(1, 5, 0), with_handler(2, 5, 10)).empty());
}

TEST_CASE("refusals as before, of few players or by chance prove nothing", "[modules][probation]") {
  CHECK(judge(with_handler(1, 10, 8), with_handler(2, 10, 8)).empty());
  CHECK(judge(with_handler(1, 10, 1), with_handler(2, 10, 4)).empty());  // 30 points are allowed
  CHECK(judge(with_handler(1, 4, 0), with_handler(2, 4, 10)).empty());
  // Half was refused before. For five players all may be refused by chance; for twenty not.
  CHECK(judge(with_handler(1, 20, 5), with_handler(2, 5, 10)).empty());
  CHECK_FALSE(judge(with_handler(1, 20, 5), with_handler(2, 20, 10)).empty());
  // Five players are enough, and 15 refusals are not.
  GenerationFigures few = with_handler(2, 5, 0);
  for (std::size_t i = 0; i < 5; ++i) calls_of(few, i) = {3, 3};
  CHECK(judge(with_handler(1, 10, 0), few).empty());
}

TEST_CASE("a handler without a rate before is not judged by its refusals", "[modules][probation]") {
  GenerationFigures renamed = with_handler(1, 10, 0);
  renamed.handlers[0].name = "battle/strike";
  CHECK(judge(renamed, with_handler(2, 10, 10)).empty());
  CHECK(judge(with_handler(1, 1, 0), with_handler(2, 10, 10)).empty());  // only 10 calls before
}

TEST_CASE("a player who is refused at will counts once", "[modules][probation]") {
  GenerationFigures before = with_handler(1, 10, 0);
  GenerationFigures one_bad = with_handler(2, 10, 0);
  calls_of(one_bad, 3) = {100'000, 100'000};
  CHECK(judge(before, one_bad).empty());
  // A caller that was refused on purpose before does not hide that everybody is refused now.
  calls_of(before, 3) = {100'000, 100'000};
  CHECK_FALSE(judge(before, with_handler(2, 10, 10)).empty());
}

TEST_CASE("a timer's handler that refuses is judged without players", "[modules][probation]") {
  GenerationFigures before = with_handler(1, 0, 0);
  GenerationFigures now = with_handler(2, 0, 0);
  calls_of(before, kOwnCell) = {200, 0};
  calls_of(now, kOwnCell) = {20, 20};
  CHECK_THAT(judge(before, now), Catch::Contains("battle/attack refused 20 of 20 calls (100.0 %"));
  calls_of(now, kOwnCell) = {200, 19};
  CHECK(judge(before, now).empty());
}

TEST_CASE("one caller does not decide, several do", "[modules][probation]") {
  struct Case {
    const char* words;
    std::uint64_t share;  // of each guilty caller, out of 200 calls
    void (*spoil)(GenerationFigures&, CallerFigures&, std::uint64_t share);
  };
  const Case cases[] = {
      {"failed",
       15,
       [](GenerationFigures& now, CallerFigures& caller, std::uint64_t share) {
         now.failures += share;
         caller.failures += share;
       }},
      {"overran",
       60,
       [](GenerationFigures& now, CallerFigures& caller, std::uint64_t share) {
         now.overruns += share;
         caller.overruns += share;
       }},
      {"delayed a tick",
       15,
       [](GenerationFigures& now, CallerFigures& caller, std::uint64_t share) {
         now.late_ticks += share;
         caller.late_ticks += share;
       }},
      {"99 % of handlers",
       20,
       [](GenerationFigures& now, CallerFigures& caller, std::uint64_t share) {
         now.latency[8] -= share;
         now.latency[13] += share;
         caller.latency[13] += share;
       }},
  };
  for (const Case& one : cases) {
    INFO(one.words);
    GenerationFigures alone = make(2);
    alone.callers.resize(kCallerCells);
    for (std::size_t i = 0; i < 10; ++i) alone.callers[i].calls = 100;
    GenerationFigures many = alone;

    one.spoil(alone, alone.callers[3], 5 * one.share);
    for (std::size_t i = 0; i < 5; ++i) one.spoil(many, many.callers[i], one.share);

    CHECK(judge(make(1), alone).empty());
    CHECK_THAT(judge(make(1), many), Catch::Contains(one.words));
    // Runs without a caller are enough as proof, whoever else calls.
    GenerationFigures ticks = make(2);
    ticks.callers.resize(kCallerCells);
    ticks.callers[3].calls = 10;
    ticks.callers[kOwnCell].calls = 990;
    one.spoil(ticks, ticks.callers[kOwnCell], 5 * one.share);
    CHECK_THAT(judge(make(1), ticks), Catch::Contains(one.words));
    // A single caller is enough when there is no other one.
    for (std::size_t i = 0; i < 10; ++i) alone.callers[i].calls = i == 3 ? 1'000 : 0;
    CHECK_THAT(judge(make(1), alone), Catch::Contains(one.words));
  }
}
