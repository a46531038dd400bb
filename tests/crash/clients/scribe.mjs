// Writes storage objects: each write names the version that it replaces; two objects are always written together.
import { judgeObject } from "../checks.mjs";
import { Client, Cut } from "./client.mjs";

const COLLECTION = "notes";
const KEYS = ["a", "b", "c"];
const PAIR = ["left", "right"];

export class Scribe extends Client {
  async enter() {
    await super.enter();
    this.n = 0;
    this.objects = Object.fromEntries([...KEYS, ...PAIR].map((key) => [key, { n: 0, version: "*" }]));
    this.pending = undefined;  // {keys, n}: a write whose outcome is not known
    this.written = 0;
    this.wrong = [];
  }

  async act() {
    const keys = this.random.chance(0.3) ? PAIR : [this.random.pick(KEYS)];
    await this.#write(keys, (this.n += 1));
  }

  async #write(keys, n) {
    this.pending = { keys, n };
    const objects = keys.map((key) => ({
      collection: COLLECTION, key, value: { n, text: "x".repeat(n % 300) }, version: this.objects[key].version,
      permission_read: 1, permission_write: 1,
    }));
    let acks;
    try {
      ({ acks } = await this.world.orDeath(this.player.client.writeStorageObjects(this.player.session, objects)));
    } catch (error) {
      if (error instanceof Response && error.status === 400) return this.#rejected(keys, n, await error.text());
      throw new Cut("a storage write");
    }
    for (const ack of acks) this.objects[ack.key] = { n, version: ack.version };
    this.pending = undefined;
    this.written += 1;
  }

  // Nobody else writes, so only a write that was done already may be rejected: its answer was lost.
  async #rejected(keys, n, why) {
    const found = await this.#foundInTheEnd();
    this.pending = undefined;
    for (const key of keys) {
      if (found[key]?.n !== n) this.wrong.push(`${this.name} ${key}: write ${n} is rejected, but ${found[key]?.n} is there: ${why}`);
      else this.objects[key] = found[key];
    }
  }

  async #found() {
    const { objects } = await this.world.orDeath(this.player.client.readStorageObjects(this.player.session, {
      object_ids: Object.keys(this.objects).map((key) => ({ collection: COLLECTION, key, user_id: this.userId })),
    }));
    return Object.fromEntries(objects.map((object) => [object.key, { n: object.value.n, version: object.version }]));
  }

  async #foundInTheEnd() {
    for (let left = 1_000; ; left -= 1) {
      try {
        return await this.#found();
      } catch (error) {
        if (!this.world.alive || left === 0) throw new Cut(String(error));
        await new Promise((done) => setTimeout(done, 20));
      }
    }
  }

  // The unknown write is done or not; if not, it is done now, with the same versions.
  async settle() {
    const found = await this.#foundInTheEnd();
    for (const [key, known] of Object.entries(this.objects)) {
      const pending = this.pending?.keys.includes(key) ? this.pending.n : undefined;
      this.wrong.push(...judgeObject(`${this.name} ${key}`, known, pending, found[key]));
      if (found[key]) this.objects[key] = found[key];
    }
    if (found.left?.n !== found.right?.n) this.wrong.push(`${this.name}: the pair holds ${found.left?.n} and ${found.right?.n}`);
    if (!this.pending) return;
    const { keys, n } = this.pending;
    this.record.counts.unknown += 1;
    if (this.objects[keys[0]].n === n) this.pending = undefined;
    else await this.#again(keys, n);
  }

  async #again(keys, n) {
    for (let left = 1_000; this.pending; left -= 1) {
      try {
        await this.#write(keys, n);
      } catch (error) {
        if (!this.world.alive || left === 0) throw error;
        await new Promise((done) => setTimeout(done, 20));
      }
    }
  }

  async check() {
    return this.wrong.splice(0);
  }
}
