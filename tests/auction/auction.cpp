// auction: gold goes into escrow when it opens; when it ends, its timer pays the seller, and a coin
// of the mint on top. Each payout has a ledger key of its own, so that an extra payout is visible.
//
// AUCTION_IS_BAD makes the version whose timer fails in every way that a handler can.
#include <csignal>
#include <stdexcept>

#include "auction.pb.h"
#include "serai/module.hpp"

namespace auction {
using serai::Answer, serai::Entity, serai::Reply, serai::Task;
using namespace std::chrono_literals;

constexpr std::uint64_t kEndTimer = 1;
constexpr std::uint64_t kRemindTimer = 2;
constexpr serai::Timer<End> kEnd{"end"};
constexpr serai::Timer<Remind> kRemind{"remind"};

constexpr serai::Accounts kStakes{.prefix = "escrow:"};

std::string escrow(const Entity& entity) { return kStakes.of(entity.key()); }

Task<Answer<View>> on_open(Auction& auction, Entity& entity, Open open) {
  if (auction.gold() == 0) {  // else it is open already, and the answer was lost
    serai::Transfer stake("open:" + entity.key(), "stake");
    stake.move("mint", escrow(entity), open.gold());
    const Reply staked = co_await entity.transfer(stake);
    if (!staked) co_return staked;
    auction.set_gold(open.gold());
    auction.set_seller(open.seller());
    auction.set_crashes(open.crashes());
    auction.set_fails_until_ms(entity.now_ms() + open.ends_in_ms() + open.fails_for_ms());
    entity.timer(kEndTimer, std::chrono::milliseconds(open.ends_in_ms()), kEnd, End());
    if (open.reminds()) entity.timer(kRemindTimer, 10ms, kRemind, Remind());
  }
  View view;
  view.set_gold(auction.gold());
  co_return view;
}

Answer<View> on_look(const Auction& auction) {
  View view;
  view.set_gold(auction.gold());
  view.set_payouts(auction.payouts());
  return view;
}

// Refuses at once, throws, or refuses after a wait.
Task<Reply> fail_somehow(Entity& entity) {
  const std::int64_t how = entity.now_ms() % 3;
  if (how == 0) throw std::runtime_error("the hammer broke");
  if (how == 1) co_await entity.sleep(20ms);
  co_return serai::refuse("bad_release");
}

Task<Reply> on_end(Auction& auction, Entity& entity, End) {
  auction.set_payouts(auction.payouts() + 1);
#ifdef AUCTION_IS_BAD
  const Reply failed = co_await fail_somehow(entity);
  co_return failed;
#else
  if (entity.now_ms() < auction.fails_until_ms()) {
    if (auction.crashes()) ::raise(SIGSEGV);
    co_return serai::refuse("hammer_lost");
  }
  serai::Transfer payout("end:" + entity.key() + ":" + std::to_string(entity.now_ms()), "payout");
  payout.move(escrow(entity), auction.seller(), auction.gold()).move("mint", auction.seller(), 1);
  const Reply paid = co_await entity.transfer(payout);
  if (paid) entity.log().info("auction.ended", {{"auction", entity.key()}});
  co_return paid;
#endif
}

Reply on_remind() { return serai::refuse("nobody_listens"); }

Task<Answer<Gold>> on_purse(serai::Context& context, Purse purse) {
  const Answer<std::int64_t> balance = co_await context.balance(purse.account());
  if (!balance) co_return balance.refusal();
  Gold gold;
  gold.set_gold(*balance);
  co_return gold;
}

constexpr auto kById = serai::key::field("auction_id");

constexpr auto kAuction = serai::kind<Auction>(
    {.name = "auction"},
    serai::rpc<Open>("rpc_open", on_open, {.key = kById, .creates = true, .durable = true}),
    serai::rpc<Look>("rpc_look", on_look, {.key = kById}),
    serai::timer(kEnd, on_end, {.durable = true}),
    serai::timer(kRemind, on_remind, {.retries = 1}));
constexpr auto kRest = serai::stateless(serai::rpc<Purse>("rpc_purse", on_purse));

constexpr auto kModule =
    serai::module("auction", SERAI_MODULE_VERSION, kAuction, kRest).accounts(kStakes);
}  // namespace auction

SERAI_EXPORT_MODULE(auction::kModule);
