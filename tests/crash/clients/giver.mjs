// Gives gold to other givers: a transfer, and a stored message to the receiver. Gold given and received are the sums of
// the answers of all of them.
import { judgeSums } from "../checks.mjs";
import { Client, Refused } from "./client.mjs";

const PURSE = 1000;
const ARRIVES_MS = 20_000;

export class Giver extends Client {
  async enter() {
    await super.enter();
    await this.call("rpc_create_character", { name: this.player.name, class: "scout" });
    this.sums = { given: 0, gifts: 0, received: 0, receipts: 0 };
  }

  async act() {
    const to = this.random.pick(this.world.givers.filter((one) => one !== this));
    try {
      await this.call("rpc_give", { to: to.userId, gold: this.random.between(1, 5) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;  // a giver may have given everything
    }
    this.#count();
  }

  #count() {
    for (const { input } of this.record.take().filter(({ rpc }) => rpc === "rpc_give")) {
      const to = this.world.givers.find((one) => one.userId === input.to);
      this.sums.given += input.gold;
      this.sums.gifts += 1;
      to.sums.received += input.gold;
      to.sums.receipts += 1;
    }
  }

  async settle() {
    await super.settle();
    this.#count();
  }

  // The messages are delivered after the start, so wait for them.
  async #purse() {
    const until = Date.now() + ARRIVES_MS;
    for (;;) {
      const view = await this.read("rpc_look_at_purse", {});
      const found = Object.fromEntries(Object.keys(this.sums).map((name) => [name, Number(view[name] ?? 0)]));
      if (found.receipts >= this.sums.receipts || Date.now() > until) return found;
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  async check() {
    const found = await this.#purse();
    const sums = Object.fromEntries(Object.keys(this.sums).map((name) => [name, [this.sums[name], found[name]]]));
    sums.gold = [PURSE - this.sums.given + this.sums.received, await this.gold()];
    return judgeSums(this.name, sums);
  }
}
