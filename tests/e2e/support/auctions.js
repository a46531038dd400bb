// Auctions of tests/auction: gold in escrow, which a timer pays out with a coin on top.
import { join } from "node:path";
import { BUILD } from "./host.js";

const built = (target) => ({ auction: join(BUILD, "modules", target, "auction.so") });
// Under BAD no auction ends: its timers refuse, throw, or refuse after a wait.
export const GOOD = built("auction_good");
export const BAD = built("auction_bad");

export const open = (player, auction) => player.rpc("rpc_open", auction);

export async function payouts(player, id) {
  return Number((await player.rpc("rpc_look", { auction_id: id })).payouts ?? 0);
}

export async function gold(player, account) {
  return Number((await player.rpc("rpc_purse", { account })).gold ?? 0);
}

// The waiting timers, as operators see them.
export async function timers(host) {
  return JSON.parse((await host.ctlAsync("timers")).out);
}
