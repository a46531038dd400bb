// Buys and sells in a town, several orders at a time. Its gold and its cargo are the sum of its answers.
import { judgeSums } from "../checks.mjs";
import { Client, Refused } from "./client.mjs";

export const TOWN = "harbor";
export const GOODS = ["cloth", "grain", "iron", "spice"];
const PURSE = 1000;  // which the first character brings
const AT_A_TIME = 3;

export class Trader extends Client {
  async enter() {
    await super.enter();
    const hero = await this.call("rpc_create_character", { name: this.player.name, class: "guard" });
    this.hero = hero.character_id;
    const caravan = await this.call("rpc_create_caravan", { town: TOWN, guards: [this.hero] });
    this.caravan = caravan.caravan_id;
    this.gold_ = PURSE;
    this.cargo = Object.fromEntries(GOODS.map((good) => [good, 0]));
  }

  // Orders run at the same time, so a few may be refused: there is not enough gold or cargo.
  async #order() {
    const good = this.random.pick(GOODS);
    const sells = this.gold_ < 200 || this.random.chance(0.5);
    const side = sells && this.cargo[good] > 0 ? 1 : 0;
    const order = { caravan_id: this.caravan, good, quantity: this.random.between(1, side ? this.cargo[good] : 2), side };
    await this.call("rpc_execute_trade", order);
  }

  // Prices are such that trading costs; a trader without gold leaves the rest of the day to another one.
  get isDone() {
    return this.gold_ < 200 && Object.values(this.cargo).every((quantity) => quantity < 3);
  }

  async act() {
    const orders = Array.from({ length: AT_A_TIME }, () => this.#order());
    const done = await Promise.allSettled(orders);
    this.#count();
    const failed = done.find((one) => one.status === "rejected" && !(one.reason instanceof Refused));
    if (failed) throw failed.reason;
  }

  // Adds up the answers that have come since the last time.
  #count() {
    for (const call of this.record.take().filter(({ rpc }) => rpc === "rpc_execute_trade")) {
      const { good, quantity, side } = call.input;
      const total = Number(JSON.parse(call.bytes).total);
      this.cargo[good] += side ? -quantity : quantity;
      this.gold_ += side ? total : -total;
    }
  }

  async settle() {
    await super.settle();
    this.#count();
  }

  async check() {
    const { cargo = [], ...caravan } = await this.read("rpc_get_caravan", { caravan_id: this.caravan });
    const hero = await this.read("rpc_get_character", { character_id: this.hero });
    const { characters } = await this.read("rpc_list_characters", {});
    const sums = { gold: [this.gold_, await this.gold()], hero: [this.hero, hero.character_id] };
    sums.roster = [this.hero, characters.map((one) => one.character_id).join()];
    sums.caravan = [this.caravan, caravan.caravan_id];
    for (const good of GOODS) {
      sums[good] = [this.cargo[good], cargo.find((one) => one.good === good)?.quantity ?? 0];
    }
    return judgeSums(this.name, sums);
  }
}

// What is in the town and in the caravans together was there at the beginning.
export async function checkTown(traders) {
  const { towns } = await traders[0].read("rpc_list_markets", {});
  const stock = { cloth: 120, grain: 300, iron: 40, spice: 60 };
  const sums = {};
  for (const offer of towns.find((town) => town.town === TOWN).goods) {
    const carried = traders.reduce((sum, trader) => sum + trader.cargo[offer.good], 0);
    sums[offer.good] = [stock[offer.good] - carried, offer.stock ?? 0];
  }
  return judgeSums(TOWN, sums);
}
