// Fights bandits, one battle after another: by match data, which the battle's journal keeps, and by RPC, which is
// stored before it is answered. Its gold is the purse and the rewards.
import { ACT, BATTLE, OP, step } from "../../e2e/support/game.js";
import { judgeBattle, judgeSums } from "../checks.mjs";
import { now } from "../recorder.mjs";
import { Client, Cut, Refused } from "./client.mjs";

const PURSE = 1000;
const ENDED = 4;
const SETTLED = 5;
const SETTLE_MS = 10_000;
const HEARD_MS = 5_000;
const ACT_NAMES = Object.fromEntries(Object.entries(ACT).map(([name, number]) => [number, name.toUpperCase()]));

const stateOf = (view) => ({ actions: view.actions ?? 0, hash: view.log_hash, rules: view.rules_version });

export class Duelist extends Client {
  async enter() {
    await super.enter();
    const hero = await this.call("rpc_create_character", { name: this.player.name, class: "guard" });
    this.hero = hero.character_id;
    this.rewards = PURSE;
    this.battles = 0;
    this.moves = 0;
    this.lost = 0;
  }

  // Starts a battle; the answer is learned.
  async start() {
    await this.call("rpc_start_battle", { kind: BATTLE.PVE, character_ids: [this.hero], enemies: 1, enemy_level: 1 });
  }

  // Learns from the answers that have come, also from those that came only after a kill.
  count() {
    for (const call of this.record.take()) this.learn(call.rpc, JSON.parse(call.bytes));
  }

  learn(rpc, answer) {
    if (rpc === "rpc_start_battle") this.begin(answer);
  }

  begin({ battle_id: battle, match_id: match }) {
    this.battle = { battle, match, seen: [], pending: false };
  }

  async #join() {
    await this.world.orDeath(this.player.socket.joinMatch(this.battle.match));
  }

  async connect() {
    await super.connect();
    this.player.socket.onmatchdata = () => this.heard?.();
  }

  #view() {
    return this.read("rpc_get_battle", { battle_id: this.battle.battle });
  }

  #saw(view, durable) {
    this.battle.seen.push({ ...stateOf(view), durable, at: now() });
  }

  async act() {
    if (this.battle === undefined) {
      await this.start();
      this.count();
      if (this.battle === undefined) return;
      await this.#join();
    }
    const view = await this.#view();
    this.#saw(view, false);
    if ((view.state ?? 0) >= ENDED) return this.#end();
    if (view.active_user !== this.userId) return;
    await this.#move(view);
  }

  async #move(view) {
    const me = view.units.find((unit) => unit.id === view.active_unit);
    const foes = view.units.filter((unit) => (unit.side ?? 0) !== (me.side ?? 0) && (unit.hp ?? 0) > 0);
    const wish = this.random.chance(0.2) ? { act: ACT.guard } : step(view, me, foes[0]);
    this.battle.pending = true;
    if (this.random.chance(0.4)) await this.#ask(wish);
    else await this.#push(wish);
    this.battle.pending = false;
    this.moves += 1;
  }

  async #ask(wish) {
    const input = { battle_id: this.battle.battle, ...wish, act: ACT_NAMES[wish.act] };
    try {
      this.#saw(await this.call("rpc_battle_action", input), true);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;  // the rules changed with the release
    }
  }

  // Sends a move as match data, and waits for anything that the match says.
  async #push(wish) {
    const heard = new Promise((done) => {
      const timer = setTimeout(done, HEARD_MS);
      this.heard = () => (clearTimeout(timer), done());
      this.world.died.finally(() => clearTimeout(timer));
    });
    await this.player.socket.sendMatchState(this.battle.match, OP.act, JSON.stringify(wish)).catch(() => {
      throw new Cut("a move");
    });
    await this.world.orDeath(heard);
    this.#saw(await this.#view(), false);
  }

  // Waits for the settlement, a timer of the battle, and counts the reward.
  async #end() {
    const until = Date.now() + SETTLE_MS;
    for (;;) {
      const view = await this.#view();
      if (view.state === SETTLED) {
        const mine = (view.rewards ?? []).filter((reward) => reward.user_id === this.userId);
        this.rewards += mine.reduce((sum, reward) => sum + Number(reward.gold ?? 0), 0);
        break;
      }
      if (view.state !== ENDED && this.world.hadOutage) return;  // what was not stored is lost
      if (Date.now() > until) {
        this.world.blame(`${this.name}: battle ${this.battle.battle} is not settled: ${JSON.stringify(view)}`);
        break;
      }
      await new Promise((done) => setTimeout(done, 5));
    }
    const { match } = this.battle;
    this.battle = undefined;
    this.battles += 1;
    // A socket is in a limited number of matches. This one may be over, or the host may die now.
    if (!this.isCutOff) await this.world.orDeath(this.player.socket.leaveMatch(match)).catch(() => {});
  }

  // The battle is judged before a move is repeated.
  async look() {
    if (this.battle === undefined) return [];
    const view = await this.#view();
    const { seen, pending } = this.battle;
    const verdict = judgeBattle(seen, pending, stateOf(view), this.world.death, this.world.journalMs);
    this.lost += verdict.lost;
    this.battle.seen = [];
    this.battle.pending = false;
    return verdict.wrong.map((text) => `${this.name}: ${text}`);
  }

  async settle() {
    await super.settle();
    this.count();
  }

  async check() {
    const hero = await this.read("rpc_get_character", { character_id: this.hero });
    const wrong = judgeSums(this.name, { hero: [this.hero, hero.character_id] });
    if (this.battle !== undefined) {
      const view = await this.#view();
      this.#saw(view, false);
      if ((view.state ?? 0) >= ENDED) await this.#end();
    }
    if (this.battle !== undefined) return wrong;
    return [...wrong, ...judgeSums(this.name, { gold: [this.goldDue(), await this.gold()] })];
  }

  goldDue() {
    return this.rewards;
  }

  async resume() {
    const joins = this.isCutOff;
    await super.resume();
    if (joins && this.battle && !this.world.line.keepsMatches(this.player)) await this.#join();
  }
}
