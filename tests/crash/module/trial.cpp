// trial: what the crash tests need beside the game. An arena ticks, and its hash shows whether the
// ticks and strokes that players have seen were handled, once and in the same order. Purses give
// gold to each other, by a transfer and a message that is stored.
//
// State   schema 1, or schema 2 when TRIAL_SCHEMA is 2: the arena's count is in another field.
#include "serai/module.hpp"
#include "trial.pb.h"

namespace trial {
using serai::Answer, serai::Entity, serai::Match, serai::Reply, serai::Task;

constexpr int kPastMax = 400;  // ticks, and strokes
constexpr serai::Event<Moment> kBeat{101, "beat"};
constexpr serai::Event<Stroke> kStruck{102, "struck"};
constexpr serai::Call<Received> kReceived{"purse", "svc_received"};

// Source  the finalizer of MurmurHash3 (Appleby), a permutation of 64 bits.
std::uint64_t mix(std::uint64_t word) {
  word = (word ^ (word >> 33)) * 0xff51afd7ed558ccdU;
  word = (word ^ (word >> 33)) * 0xc4ceb9fe1a85ec53U;
  return word ^ (word >> 33);
}

void add_to_chain(Arena& arena, std::uint64_t word) {
  arena.set_chain(mix(arena.chain() ^ mix(word)));
}

template <class List>
void keep_latest(List& list) {
  if (list.size() > kPastMax) list.DeleteSubrange(0, list.size() - kPastMax);
}

#if TRIAL_SCHEMA == 2
std::int64_t tick_of(const Arena& arena) { return arena.beats(); }
void set_tick(Arena& arena, std::int64_t tick) { arena.set_beats(tick); }
void from_1(Arena& arena) {
  arena.set_beats(arena.ticks());
  arena.clear_ticks();
}
void to_1(Arena& arena) {
  arena.set_ticks(arena.beats());
  arena.clear_beats();
}
#else
std::int64_t tick_of(const Arena& arena) { return arena.ticks(); }
void set_tick(Arena& arena, std::int64_t tick) { arena.set_ticks(tick); }
#endif

Answer<Opened> on_open(Arena& arena, Match& match) {
  arena.set_chain(match.random_u64());
  Opened opened;
  opened.set_arena_id(match.key());
  opened.set_match_id(match.id());
  return opened;
}

void on_join(Arena&) {}

void on_tick(Arena& arena, Match& match) {
  set_tick(arena, tick_of(arena) + 1);
  add_to_chain(arena, static_cast<std::uint64_t>(tick_of(arena)));
  Moment beat;
  beat.set_tick(tick_of(arena));
  beat.set_chain(arena.chain());
  *arena.add_past() = beat;
  keep_latest(*arena.mutable_past());
  match.broadcast(kBeat, beat);
}

// A user's number must rise. So a stroke that is handled twice is refused.
Reply on_strike(Arena& arena, Match& match, const Strike& strike) {
  for (const Stroke& past : arena.strokes()) {
    if (past.user_id() == match.player().id && past.number() >= strike.number()) {
      return serai::refuse("struck_already");
    }
  }
  add_to_chain(arena, static_cast<std::uint64_t>(strike.number()));
  Stroke stroke;
  stroke.set_user_id(match.player().id);
  stroke.set_number(strike.number());
  stroke.set_chain(arena.chain());
  *arena.add_strokes() = stroke;
  keep_latest(*arena.mutable_strokes());
  match.broadcast(kStruck, stroke);
  return serai::accept();
}

Answer<ArenaView> on_look_at_arena(const Arena& arena) {
  ArenaView view;
  view.set_tick(tick_of(arena));
  view.set_chain(arena.chain());
  *view.mutable_past() = arena.past();
  *view.mutable_strokes() = arena.strokes();
  return view;
}

PurseView view_of(const Purse& purse) {
  PurseView view;
  view.set_given(purse.given());
  view.set_gifts(purse.gifts());
  view.set_received(purse.received());
  view.set_receipts(purse.receipts());
  return view;
}

Task<Answer<PurseView>> on_give(Purse& purse, Entity& entity, Give give) {
  serai::Transfer gift("gift:" + entity.fresh_key(), "gift");
  gift.move("player:" + entity.key(), "player:" + give.to(), give.gold());
  const Reply paid = co_await entity.transfer(gift);
  if (!paid) co_return paid;
  purse.set_given(purse.given() + give.gold());
  purse.set_gifts(purse.gifts() + 1);
  Received received;
  received.set_gold(give.gold());
  entity.send(kReceived, give.to(), received);
  co_return view_of(purse);
}

Reply on_received(Purse& purse, const Received& received) {
  purse.set_received(purse.received() + received.gold());
  purse.set_receipts(purse.receipts() + 1);
  return serai::accept();
}

Answer<PurseView> on_look_at_purse(const Purse& purse) { return view_of(purse); }

constexpr auto kArena = serai::match_kind<Arena>(
    {.name = "arena", .players_max = 8, .tick_hz = 20, .journal = true},
#if TRIAL_SCHEMA == 2
    serai::schema(2, serai::from<1>(from_1), serai::to<1>(to_1)),
#endif
    serai::rpc<OpenArena>(
        "rpc_open_arena",
        on_open,
        {.key = serai::key::fresh, .creates = true, .durable = true, .idempotent = true}),
    serai::rpc<LookAtArena>(
        "rpc_look_at_arena", on_look_at_arena, {.key = serai::key::field("arena_id")}),
    serai::join(on_join),
    serai::tick(on_tick),
    serai::on<Strike>(1, "strike", on_strike),
    serai::event(kBeat),
    serai::event(kStruck));

constexpr auto kPurse = serai::kind<Purse>(
    {.name = "purse"},
    serai::rpc<Give>(
        "rpc_give",
        on_give,
        {.key = serai::key::caller, .creates = true, .durable = true, .idempotent = true}),
    serai::rpc<LookAtPurse>(
        "rpc_look_at_purse", on_look_at_purse, {.key = serai::key::caller, .creates = true}),
    serai::call(kReceived, on_received, {.creates = true, .durable = true}));

constexpr auto kModule = serai::module("trial", SERAI_MODULE_VERSION, kArena, kPurse);
}  // namespace trial

SERAI_EXPORT_MODULE(trial::kModule);
