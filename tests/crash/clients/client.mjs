// A client that plays, notes what it was answered, and checks it after a kill. Each game is a class of its own.
//
//   enter()      makes the player and what it needs; the host lives
//   act()        one step of its game; throws Cut when the host dies meanwhile
//   look()       after a kill: compares the match with what was seen; returns what is wrong
//   settle()     then: repeats each call without an answer until it is answered
//   check()      compares what is there with what was acknowledged; returns what is wrong
//   resume()     goes on, with a new socket
import { client as restClient, Player } from "../../e2e/support/player.js";
import { judgeAnswer } from "../checks.mjs";
import { Record } from "../record.mjs";

// The host has died, or cannot answer: the outcome of the call is unknown.
export class Cut extends Error {}
// The call was refused, and has changed nothing.
export class Refused extends Error {}

const REFUSALS = new Set([3, 5, 7, 9]);  // gRPC codes: the request is wrong now, and no retry will help
const BUGS = new Set([6, 13, 15]);       // already_exists, internal, data_loss: never for these requests
const SETTLE_MS = 30_000;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class Client {
  constructor(world, name) {
    this.world = world;
    this.random = world.random.fork();
    this.name = name;
    this.device = this.random.id();
    this.record = new Record();
  }

  async enter() {
    this.player = await Player.enter(this.world.host, `${this.name}${this.random.id().slice(0, 8)}`, this.device);
    await this.connect();
  }

  get userId() {
    return this.player.session.user_id;
  }

  // The host has another port after each start.
  readdress() {
    this.player.client = restClient(this.world.host);
  }

  async connect() {
    this.life = this.world.lives;
    this.readdress();
    await this.world.orDeath(this.world.line.connect(this.player));
  }

  get isOpen() {
    return this.player.socket.adapter.isOpen();
  }

  // Whether the host has died since the socket was opened.
  get isCutOff() {
    return this.life !== this.world.lives;
  }

  async resume() {
    if (this.isCutOff) await this.connect();
  }

  // A call that changes something: with a key, over the socket or REST.
  call(rpc, input) {
    const call = this.record.open(rpc, { idem_key: this.random.id(), ...input });
    return this.#send(call, this.random.chance(0.5));
  }

  async #send(call, bySocket) {
    try {
      const bytes = await this.world.orDeath(this.#ask(call, bySocket));
      this.record.answer(call, bytes);
      return JSON.parse(bytes);
    } catch (error) {
      // The socket has one code for all refusals: REST tells them apart.
      if (bySocket && this.world.alive) return this.#send(call, false);
      const refusal = await this.#refusal(error);
      if (refusal === undefined) throw new Cut(call.rpc);
      this.record.refuse(call, refusal);
      throw new Refused(`${call.rpc}: ${refusal}`);
    }
  }

  async #ask(call, bySocket) {
    const text = JSON.stringify(call.input);
    if (bySocket) return (await this.player.socket.rpc(call.rpc, text)).payload ?? "{}";
    return JSON.stringify((await this.player.client.rpc(this.player.session, call.rpc, call.input)).payload ?? {});
  }

  // The reason of a refusal; undefined: the outcome is unknown.
  async #refusal(error) {
    if (!(error instanceof Response)) return undefined;
    const body = await error.json().catch(() => ({}));
    if (BUGS.has(body.code)) this.world.blame(`${this.name}: answered ${error.status} ${JSON.stringify(body)}`);
    return REFUSALS.has(body.code) ? body.message : undefined;
  }

  // A call that only reads. Tries again while the host cannot answer.
  async read(rpc, input) {
    const until = Date.now() + SETTLE_MS;
    for (;;) {
      try {
        return (await this.world.orDeath(this.player.client.rpc(this.player.session, rpc, input))).payload ?? {};
      } catch (error) {
        if (!this.world.alive) throw new Cut(rpc);
        const why = error instanceof Response ? `${error.status} ${await error.text()}` : String(error);
        const retries = !(error instanceof Response) || [429, 500, 503, 504].includes(error.status);
        if (!retries || Date.now() > until) {
          this.world.blame(`${this.name}: ${rpc} ${JSON.stringify(input)} cannot be read: ${why}`);
          throw new Refused(why);
        }
        await sleep(20);
      }
    }
  }

  async look() {
    return [];
  }

  async settle() {
    for (const call of [...this.record.unknown]) {
      this.record.counts.unknown += 1;
      await this.#settleOne(call);
    }
  }

  async #settleOne(call) {
    const until = Date.now() + SETTLE_MS;
    while (call.state === "unknown") {
      try {
        await this.#send(call, false);
      } catch (error) {
        if (error instanceof Refused) return;
        if (!(error instanceof Cut)) throw error;
        if (!this.world.alive) throw error;
        if (Date.now() > until) {
          this.world.blame(`${this.name}: ${call.rpc} ${call.input.idem_key} is not answered after the restart`);
          return;
        }
        await sleep(20);
      }
    }
  }

  // Repeats calls that were answered: the bytes must be the same.
  async checkAnswers() {
    const wrong = [];
    for (const call of this.record.some(this.random)) {
      this.record.counts.repeated += 1;
      const bytes = await this.#ask(call, false).catch(async (error) =>
        error instanceof Response ? `${error.status} ${await error.text()}` : `no answer: ${error}`);
      if (!this.world.alive) throw new Cut(call.rpc);
      wrong.push(...judgeAnswer(call, bytes));
    }
    return wrong;
  }

  async gold() {
    const account = await this.world.orDeath(this.player.client.getAccount(this.player.session));
    return JSON.parse(account.wallet).gold;
  }
}
