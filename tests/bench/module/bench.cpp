// bench: what the benchmarks load: an echo, and a match that beats ten times a second.
//
// State   schema 1, or schema 2 when BENCH_SCHEMA is 2: the count moves to another field.
#include "bench.pb.h"
#include "serai/module.hpp"

namespace bench {
using serai::Answer, serai::Match;

constexpr serai::Event<Beat> kBeat{1, "beat"};

Answer<std::string> echo(std::string_view text) { return std::string(text); }

Answer<Opened> on_open(Arena& arena, Match& match, const Open& open) {
  arena.set_ballast(std::string(open.ballast_bytes(), 'b'));
  Opened opened;
  opened.set_match_id(match.id());
  return opened;
}

void on_join(Arena&) {}

#if BENCH_SCHEMA == 2
std::int64_t count(Arena& arena) {
  arena.set_beats(arena.beats() + 1);
  return arena.beats();
}
void from_1(Arena& arena) {
  arena.set_beats(arena.ticks());
  arena.clear_ticks();
}
void to_1(Arena& arena) {
  arena.set_ticks(arena.beats());
  arena.clear_beats();
}
#else
std::int64_t count(Arena& arena) {
  arena.set_ticks(arena.ticks() + 1);
  return arena.ticks();
}
#endif

void on_tick(Arena& arena, Match& match) {
  Beat beat;
  beat.set_tick(count(arena));
  beat.set_now_ms(match.now_ms());
  match.broadcast(kBeat, beat);
}

constexpr auto kArena =
    serai::match_kind<Arena>({.name = "arena", .players_max = 8, .tick_hz = 10})
#if BENCH_SCHEMA == 2
        .schema(2, serai::from<1>(from_1), serai::to<1>(to_1))
#endif
        .rpc<Open>("bench_open", on_open, {.key = serai::key::fresh, .creates = true})
        .join(on_join)
        .tick(on_tick)
        .event(kBeat);

constexpr auto kModule = serai::module("bench",
#if BENCH_SCHEMA == 2
                                       "2.0.0",
#else
                                       "1.0.0",
#endif
                                       serai::stateless().rpc("bench_echo", echo),
                                       kArena);
}  // namespace bench

SERAI_EXPORT_MODULE(bench::kModule);
