// bench: the module of the benchmarks. It has an echo, a bank, a match that sends a beat ten times
// a second, and a cell of many items that counts hits and can sum up its items.
//
// Journal arenas have one when BENCH_JOURNAL is defined.
// State   schema 1, or schema 2 when BENCH_SCHEMA is 2. In schema 2 the count is in another field.
#include "bench.pb.h"
#include "serai/module.hpp"

namespace bench {
using serai::Answer, serai::Match;

#ifdef BENCH_JOURNAL
constexpr bool kJournal = true;
#else
constexpr bool kJournal = false;
#endif
#if BENCH_SCHEMA == 2
constexpr std::uint32_t kSchema = 2;
#else
constexpr std::uint32_t kSchema = 1;
#endif
constexpr serai::Event<Beat> kBeat{1, "beat"};

Answer<std::string> echo(std::string_view text) { return std::string(text); }

constexpr serai::Accounts kBank{.prefix = "bank:"};
constexpr std::int64_t kCoins = 1'000'000;  // of each funded account

std::string bank_account(std::int64_t number) { return kBank.of(std::to_string(number)); }

serai::Task<Answer<Paid>> pay(serai::Context& context, Pay order) {
  serai::Transfer transfer(order.key(), "bench");
  transfer.move(bank_account(order.from()), bank_account(order.to()), 1);
  const serai::Reply paid = co_await context.transfer(transfer);
  if (!paid) co_return paid;
  co_return Paid();
}

serai::Task<Answer<Paid>> fund(serai::Context& context, Fund order) {
  serai::Transfer transfer(order.key(), "bench");
  for (std::int64_t i = 0; i < order.count(); ++i) {
    transfer.move("mint", bank_account(order.first() + i), kCoins);
  }
  const serai::Reply paid = co_await context.transfer(transfer);
  if (!paid) co_return paid;
  co_return Paid();
}

Answer<Opened> on_open(Arena& arena, Match& match, const Open& open) {
  arena.set_ballast(std::string(open.ballast_bytes(), 'b'));
  Opened opened;
  opened.set_match_id(match.id());
  return opened;
}

void on_join(Arena&) {}

std::int64_t sum_of(const Cell& cell);
void hit(Item& item);

Answer<Seen> on_fill(Cell& cell, const Fill& fill) {
  cell.clear_items();
  for (std::uint32_t i = 0; i < fill.items(); ++i) cell.add_items()->set_id(i + 1);
  return Seen();
}

Answer<Seen> on_hit(Cell& cell, const Hit& asked) {
  cell.set_hits(cell.hits() + 1);
  hit(*cell.mutable_items(static_cast<int>(asked.item()) % cell.items_size()));
  Seen seen;
  seen.set_hits(cell.hits());
  seen.set_schema(kSchema);
  return seen;
}

Answer<Seen> on_sum(const Cell& cell) {
  Seen seen;
  seen.set_hits(cell.hits());
  seen.set_sum(sum_of(cell));
  return seen;
}

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
void hit(Item& item) { item.set_amount(item.amount() + 1); }
std::int64_t sum_of(const Cell& cell) {
  std::int64_t sum = 0;
  for (const Item& item : cell.items()) sum += item.amount();
  return sum;
}
void cell_from_1(Cell& cell) {
  for (Item& item : *cell.mutable_items()) {
    item.set_amount(item.count());
    item.clear_count();
  }
}
void cell_to_1(Cell& cell) {
  for (Item& item : *cell.mutable_items()) {
    item.set_count(item.amount());
    item.clear_amount();
  }
}
#else
std::int64_t count(Arena& arena) {
  arena.set_ticks(arena.ticks() + 1);
  return arena.ticks();
}
void hit(Item& item) { item.set_count(item.count() + 1); }
std::int64_t sum_of(const Cell& cell) {
  std::int64_t sum = 0;
  for (const Item& item : cell.items()) sum += item.count();
  return sum;
}
#endif

void on_tick(Arena& arena, Match& match) {
  Beat beat;
  beat.set_tick(count(arena));
  beat.set_now_ms(match.now_ms());
  match.broadcast(kBeat, beat);
}

constexpr auto kArena = serai::match_kind<Arena>(
    {.name = "arena", .players_max = 8, .tick_hz = 10, .journal = kJournal},
#if BENCH_SCHEMA == 2
    serai::schema(2, serai::from<1>(from_1), serai::to<1>(to_1)),
#endif
    serai::rpc<Open>("bench_open", on_open, {.key = serai::key::fresh, .creates = true}),
    serai::join(on_join),
    serai::tick(on_tick),
    serai::event(kBeat));

constexpr auto kCell = serai::kind<Cell>(
    {.name = "cell", .idle_s = 3600},
#if BENCH_SCHEMA == 2
    serai::schema(2, serai::from<1>(cell_from_1), serai::to<1>(cell_to_1)),
#endif
    serai::rpc<Fill>("bench_fill", on_fill, {.key = serai::key::caller, .creates = true}),
    serai::rpc<Fill>(
        "bench_make", on_fill, {.key = serai::key::fresh, .creates = true, .durable = true}),
    serai::rpc<Hit>("bench_hit", on_hit, {.key = serai::key::caller}),
    serai::rpc("bench_sum", on_sum, {.key = serai::key::caller}));

constexpr auto kModule = serai::module("bench",
#if BENCH_SCHEMA == 2
                                       "2.0.0",
#else
                                       "1.0.0",
#endif
                                       serai::stateless(serai::rpc("bench_echo", echo),
                                                        serai::rpc<Pay>("bench_pay", pay),
                                                        serai::rpc<Fund>("bench_fund", fund)),
                                       kArena,
                                       kCell)
                             .accounts(kBank);
}  // namespace bench

SERAI_EXPORT_MODULE(bench::kModule);
